/**
 * The platform's side of a session: hibernation callbacks, attachments, alarm, SQLite.
 *
 * Has no rules of its own; it shows the sockets and the storage to `Room` and
 * nothing else. The constructor reads no row, writes none and starts no timer (W15).
 */

import { DurableObject } from 'cloudflare:workers'
import { PING, PONG } from '@session-kit/ui-kit/protocol'
import { demo } from './agents/demo.ts'
import { answerRequest } from './answerRequest.ts'
import { base64url } from './base64url.ts'
import type { Connection, Kept } from './Connection.ts'
import { ConfigError, readConfig, type SessionEnv } from './config.ts'
import type { Host } from './Host.ts'
import { type Entry, readEntry } from './identity.ts'
import { isUpgrade } from './isUpgrade.ts'
import { MessageLog } from './MessageLog.ts'
import { problem } from './problem.ts'
import { Room } from './Room.ts'
import type { Row } from './Sql.ts'
import type { Turn, TurnEvent } from './Turn.ts'

/**
 * One session. Derive from it to give it an agent of your own:
 *
 * ```ts
 * export class Support extends SessionDO<Env> {
 *   override async *respond(turn: Turn) {
 *     yield `You said: ${turn.message.id}`
 *   }
 * }
 * ```
 */
export class SessionDO<Env extends SessionEnv = SessionEnv> extends DurableObject<Env> {
  /** Answers one message; without it the variable AGENT picks a built-in agent. */
  respond?(turn: Turn): AsyncIterable<TurnEvent>

  readonly #connections = new WeakMap<WebSocket, Connection>()
  #room: Room | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
    console.debug(JSON.stringify({ event: 'session.wake', boot: newId(), object: `${ctx.id}` }))
  }

  override async fetch(request: Request): Promise<Response> {
    const entry = readEntry(request)
    if (!entry) return problem(403, 'forbidden', 'ask through createSessionApp')
    try {
      this.#open()
    } catch (error) {
      // The app asks the same of the variables, but can't know what this class is able to.
      if (error instanceof ConfigError) return problem(500, error.code, error.message)
      throw error
    }
    if (isUpgrade(request)) return this.#accept(entry)
    return answerRequest(request, entry, this.#open(), () => this.#wipe())
  }

  override webSocketMessage(ws: WebSocket, data: string | ArrayBuffer): void {
    const connection = this.#connection(ws)
    if (connection) this.#open().receive(connection, data)
    else ws.close(1011, 'unknown_connection')
  }

  override webSocketClose(ws: WebSocket, code: number, reason: string): void {
    const connection = this.#connection(ws)
    if (connection) this.#open().closed(connection, code, reason)
  }

  /** A close event need not follow, so this is one. */
  override webSocketError(ws: WebSocket): void {
    this.webSocketClose(ws, 1011, 'error')
  }

  override alarm(): void {
    this.#open().alarm()
  }

  #accept({ session, user, role, expiresAtMs }: Entry): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    const kept: Kept = {
      v: 1,
      id: newId(),
      session,
      user,
      role,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      phase: 'raw',
      batch: false,
      listed: false,
      state: {},
      badAtMs: [],
    }
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment(kept)
    this.#open().opened()
    return new Response(null, { status: 101, webSocket: client })
  }

  async #wipe(): Promise<void> {
    const { storage } = this.ctx
    const emptied: Promise<void>[] = []
    // Both begin in one turn: no alarm that a later message sets can be taken for the old one.
    this.#open().wipe(() => emptied.push(storage.deleteAll(), storage.deleteAlarm()))
    await Promise.all(emptied)
  }

  /** Made at the first event and not before, so that a derived class is complete by then. */
  #open(): Room {
    if (this.#room) return this.#room
    const { limits, agent } = readConfig(this.env)
    const own = this.respond && ((turn: Turn) => this.respond?.(turn) as AsyncIterable<TurnEvent>)
    if (agent === 'model' && !own)
      throw new ConfigError(
        'AGENT is "model", and this class has none. Override respond with model() of @session-kit/api/model.',
      )
    const sql = this.ctx.storage.sql
    this.#room = new Room({
      host: this.#host(),
      log: new MessageLog(
        (query, ...values) =>
          sql.exec<Record<string, SqlStorageValue>>(query, ...values) as Iterable<Row>,
      ),
      limits,
      respond: own ?? (agent === 'demo' ? demo : undefined),
    })
    return this.#room
  }

  #host(): Host {
    const { storage } = this.ctx
    return {
      now: () => Date.now(),
      newId,
      connections: () => this.ctx.getWebSockets().flatMap((ws) => this.#connection(ws) ?? []),
      transaction: (run) => storage.transactionSync(run),
      later: (run, delayMs) => void setTimeout(run, delayMs),
      setAlarm: (atMs) => void storage.setAlarm(atMs),
      clearAlarm: () => void storage.deleteAlarm(),
      keepAlive: (work) => this.ctx.waitUntil(work),
      report: (event, error) => console.error(JSON.stringify({ event, error: String(error) })),
    }
  }

  /** undefined: an attachment that this version can't read. */
  #connection(ws: WebSocket): Connection | undefined {
    const known = this.#connections.get(ws)
    if (known) return known
    const kept: Kept | null = ws.deserializeAttachment()
    if (kept?.v !== 1) return undefined
    const connection = connectionOf(ws, kept)
    this.#connections.set(ws, connection)
    return connection
  }
}

function connectionOf(ws: WebSocket, first: Kept): Connection {
  let kept = first
  return {
    get kept() {
      return kept
    },
    keep(change) {
      kept = { ...kept, ...change }
      ws.serializeAttachment(kept)
    },
    send: (text) => ws.send(text),
    close(code, reason) {
      try {
        ws.close(code, cutReason(reason))
      } catch {
        // It is closed already, or the runtime doesn't send this code: either way it is over.
      }
    },
    get bufferedBytes() {
      // Older runtimes don't tell.
      return (ws as { bufferedAmount?: number }).bufferedAmount ?? 0
    },
  }
}

/** A close reason has at most 123 bytes of UTF-8. */
function cutReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.length <= 123) return reason
  return new TextDecoder().decode(bytes.slice(0, 123)).replace(/\uFFFD+$/, '')
}

/** 96 random bits in 16 characters. */
function newId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(12)))
}
