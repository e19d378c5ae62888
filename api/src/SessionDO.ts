/**
 * The platform's side of a session: hibernation callbacks, attachments, alarm, SQLite.
 *
 * Has no rules of its own; it shows the sockets and the storage to `Room` and
 * nothing else. The constructor reads no row, writes none and starts no timer (W15).
 */

import { DurableObject } from 'cloudflare:workers'
import { CLOSE, PING, PONG } from '@session-kit/ui-kit/protocol'
import { demo } from './agents/demo.ts'
import { answerRequest } from './answerRequest.ts'
import { base64url } from './base64url.ts'
import type { Connection, Kept } from './Connection.ts'
import { ConfigError, readConfig, type SessionEnv } from './config.ts'
import { closeSocket, connectionOf } from './connectionOf.ts'
import type { Changed } from './Desk.ts'
import { errorResponse } from './errorResponse.ts'
import type { Host } from './Host.ts'
import { type Entry, readEntry } from './identity.ts'
import { isUpgrade } from './isUpgrade.ts'
import { MessageLog } from './MessageLog.ts'
import { getOptions } from './options.ts'
import { Room } from './Room.ts'
import { report } from './report.ts'
import {
  type Content,
  type Post,
  type Posted,
  readContent,
  readId,
  readPost,
  readRefresh,
  readValue,
} from './rpc.ts'
import type { SessionEvent } from './SessionEvent.ts'
import type { Row } from './Sql.ts'
import { NewerSchema } from './schema.ts'
import type { Respond, Turn, TurnEvent } from './Turn.ts'
import { type EventHook, tellEvent } from './tellEvent.ts'

/** An alarm that failed goes off again after this. */
const ALARM_RETRY_MS = 60_000
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
  /**
   * Answers one message. Without it the `respond` that `createSessionApp` was given does,
   * and without that the variable AGENT picks a built-in agent.
   */
  respond?(turn: Turn): AsyncIterable<TurnEvent>

  /**
   * Hears of the ends of its connections and turns. Without it the `onEvent` that
   * `createSessionApp` was given does, which hears of refused requests in any case.
   */
  onEvent?(event: SessionEvent): void | Promise<void>

  readonly #connections = new WeakMap<WebSocket, Connection>()
  #room: Room | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
    console.debug(JSON.stringify({ event: 'session.wake', boot: newId(), object: `${ctx.id}` }))
  }

  override async fetch(request: Request): Promise<Response> {
    const entry = readEntry(request)
    if (!entry) return errorResponse(403, 'forbidden', 'ask through createSessionApp')
    try {
      const { desk } = this.#open()
      if (isUpgrade(request)) return this.#accept(entry)
      return await answerRequest(request, entry, desk, () => this.#wipe())
    } catch (error) {
      // The app asks the same of the variables, but can't know what this class is able to.
      if (error instanceof ConfigError) return errorResponse(500, error.code, error.message)
      if (error instanceof NewerSchema) return errorResponse(503, error.code, error.message)
      throw error
    }
  }

  // ------------------------------------------------------------------ for the Worker's own code

  /**
   * Stores a message as if its author had sent it, whatever their speed; makes the session where
   * there is none. Clients see it at once.
   *
   * @returns where it stands, or why it was not stored: `ok: false` with a `code` and a `message`
   * @throws TypeError when a field is wrong
   */
  async post(post: Post): Promise<Posted> {
    const { user, saying } = readPost(post, newId)
    const session = this.ctx.id.name
    if (session === undefined)
      throw new TypeError('session-kit: post(): reach a session by name: idFromName(sessionId)')
    const said = this.#open().desk.say({ user, role: 'member' }, session, saying)
    return said.ok ? { ok: true, id: said.id, seq: said.seq, dup: said.dup } : said
  }

  /**
   * Replaces the content of a message that has ended.
   *
   * @returns its new seq, or `ok: false` with `busy` (it is being written), `not_found`,
   * `too_large`, `storage` or `full`
   * @throws TypeError when the content is none
   */
  async edit(id: string, content: Content): Promise<Changed> {
    return this.#open().desk.edit(readId('edit', id), readContent('edit', content))
  }

  /**
   * Empties a message, which stays as `deleted`. Where it, or an answer to it, is being written,
   * that ends first as `cancelled`; a turn that waits for it is taken away.
   */
  async remove(id: string): Promise<Changed> {
    return this.#open().desk.remove(readId('remove', id))
  }

  /** Sends a value to every connection, as an `echo` from `server`; stores nothing. */
  async broadcast(value: unknown): Promise<void> {
    this.#open().desk.broadcast(readValue(value))
  }

  /**
   * Closes every connection of a user, for good (4403); with `refresh` so that clients come back
   * with a new ticket at once (4401): that is how a new role reaches somebody who is here.
   *
   * A ticket that is still valid lets its user in again: give short ones.
   *
   * @returns how many connections there were
   */
  async kick(userId: string, options: { refresh?: boolean } = {}): Promise<number> {
    return this.#open().desk.kick(readId('kick', userId), readRefresh(options))
  }

  /**
   * Gives the log a new name, so that every client drops what it has and catches up. Call it
   * whenever the storage was set back to an earlier moment. Ids that were given out after that
   * moment may be given out again, for other messages.
   *
   * @returns the new epoch, or null where there is no log
   * @throws when it could not be stored
   */
  async renewEpoch(): Promise<string | null> {
    return this.#open().desk.renewEpoch()
  }

  // ------------------------------------------------------------------ for the platform

  override webSocketMessage(ws: WebSocket, data: string | ArrayBuffer): void {
    this.#hear(ws, (connection) => this.#open().frames.receive(connection, data))
  }

  override webSocketClose(ws: WebSocket, code: number, reason: string): void {
    this.#hear(ws, (connection) => this.#open().frames.closed(connection, code, reason))
  }

  /** A close event need not follow, so this is one. */
  override webSocketError(ws: WebSocket): void {
    this.webSocketClose(ws, 1011, 'error')
  }

  override alarm(): void {
    try {
      this.#open().alarm()
    } catch (error) {
      // The platform tries six times and then never again.
      report('alarm.failed', error, this.ctx.id.name)
      void this.ctx.storage.setAlarm(Date.now() + ALARM_RETRY_MS)
    }
  }

  /** What can't be read or handled ends its socket: nobody waits for an answer in vain (W1). */
  #hear(ws: WebSocket, handle: (connection: Connection) => void): void {
    try {
      const connection = this.#connection(ws)
      if (connection) handle(connection)
      else closeSocket(ws, CLOSE.internalError, 'unknown_connection')
    } catch (error) {
      report('socket.failed', error, this.ctx.id.name)
      closeSocket(ws, CLOSE.internalError, 'internal')
    }
  }

  #accept({ session, user, role, expiresAtMs }: Entry): Response {
    if (this.#open().isFull) return errorResponse(503, 'full', 'no more connections are taken')
    const { 0: client, 1: server } = new WebSocketPair()
    const kept: Kept = {
      v: 1,
      id: newId(),
      session,
      user,
      role,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      sinceMs: Date.now(),
      phase: 'raw',
      batch: false,
      listed: false,
      state: {},
      badAtMs: [],
    }
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment(kept)
    const connection = this.#know(server, kept)
    this.#open().opened(connection)
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
    const { limits, agent, keepMs } = readConfig(this.env)
    const { respond: shared } = getOptions()
    const own: Respond | undefined =
      this.respond?.bind(this) ?? (shared && ((turn) => shared(turn, this.env)))
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
      keepMs,
    })
    return this.#room
  }

  #host(): Host {
    const { storage } = this.ctx
    return {
      now: () => Date.now(),
      newId,
      connections: () => this.ctx.getWebSockets().flatMap((ws) => this.#connection(ws) ?? []),
      storedBytes: () => storage.sql.databaseSize,
      transaction: (run) => storage.transactionSync(run),
      later: (run, delayMs) => void setTimeout(run, delayMs),
      setAlarm: (atMs) => void storage.setAlarm(atMs),
      clearAlarm: () => void storage.deleteAlarm(),
      keepAlive: (work) => this.ctx.waitUntil(work),
      tell: (event) => this.#tell(event),
      report: (event, error) => report(event, error, this.ctx.id.name),
    }
  }

  #tell(event: SessionEvent): void {
    const { onEvent } = getOptions()
    const hook: EventHook = this.onEvent?.bind(this) ?? ((one) => onEvent?.(one, this.env))
    this.ctx.waitUntil(tellEvent(event, hook))
  }

  /** undefined: an attachment that this version can't read. */
  #connection(ws: WebSocket): Connection | undefined {
    const known = this.#connections.get(ws)
    if (known) return known
    const kept: Kept | null = ws.deserializeAttachment()
    return kept?.v === 1 ? this.#know(ws, kept) : undefined
  }

  #know(ws: WebSocket, kept: Kept): Connection {
    const pingedAt = (socket: WebSocket) => this.ctx.getWebSocketAutoResponseTimestamp(socket)
    const connection = connectionOf(ws, kept, pingedAt)
    this.#connections.set(ws, connection)
    return connection
  }
}

/** 96 random bits in 16 characters. */
function newId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(12)))
}
