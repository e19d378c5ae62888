/**
 * The frames of one flush and how they reach the sockets.
 *
 * A frame is encoded once, whoever gets it; what one socket gets leaves together,
 * as one array where the client takes that. Keeps W13 (who doesn't read isn't fed)
 * and W16 (nothing to an expired ticket). Knows nothing of storage.
 */

import { type AgentStatus, CLOSE, type ServerFrame, utf8Length } from '@session-kit/ui-kit/protocol'
import type { Connection } from './Connection.ts'

/** Unread bytes above which a socket gets no growing text, and nothing large that it asks for. */
export const BEHIND_BYTES = 1_048_576
/** Unread bytes above which a socket is closed; it comes back by resume. */
const CLOSE_BYTES = 8 * 1_048_576

/** UTF-16 units of frames for single connections that one flush gathers, and the last one's. */
const GATHERED_UNITS = 1_048_576

interface Queued {
  text: string
  /** UTF-8; counted where somebody asks, and once */
  bytes?: number
  to: Connection | 'live' | 'all'
  except?: Connection | undefined
  /** growing text: the whole message follows */
  grows: boolean
  /** of a welcome: what it says of the agent */
  status?: string | undefined
}

export type Drop = (connection: Connection, code: number, reason: string) => void

export class Outgoing {
  #entries: Queued[] = []
  /** How many frames there were when it said hello: what they tell, its catch-up does. */
  readonly #before = new Map<Connection, number>()
  #after: (() => void)[] = []
  #units = 0

  /** So much is held for single connections, as catch-ups and pages, that it should leave. */
  get isLarge(): boolean {
    return this.#units >= GATHERED_UNITS
  }

  to(connection: Connection, frame: ServerFrame | string): void {
    this.#push(frame, connection)
  }

  /** To everybody who said hello. */
  toLive(frame: ServerFrame | string, except?: Connection): void {
    this.#push(frame, 'live', except)
  }

  /** From here on it is one of those who said hello. */
  enters(connection: Connection): void {
    this.#before.set(connection, this.#entries.length)
  }

  /** To those whose welcome, in this flush, says something else of the agent. */
  correct(status: AgentStatus): void {
    const told = JSON.stringify(status)
    for (const { to, status: said } of [...this.#entries])
      if (typeof to !== 'string' && said !== undefined && said !== told)
        this.to(to, { type: 'status', ...status })
  }

  toAll(text: string): void {
    this.#push(text, 'all')
  }

  /** Runs once the flush is stored, before its frames leave. */
  after(run: () => void): void {
    this.#after.push(run)
  }

  /** A point to return to when the work that adds frames now fails. */
  mark(): () => void {
    const entries = this.#entries.length
    const after = this.#after.length
    const units = this.#units
    return () => {
      this.#units = units
      this.#entries.length = entries
      this.#after.length = after
    }
  }

  settle(): void {
    for (const run of this.#after) run()
  }

  /** `all` is asked only where a frame is for many: the list of a crowd costs. */
  deliver(all: () => Connection[], nowMs: number, packBytes: number, drop: Drop): void {
    if (this.#entries.length === 0) return
    const special = new Set<unknown>(this.#entries.flatMap(({ to, except }) => [to, except]))
    const packs = new Map<string, string[]>()
    for (const connection of this.#addressed() ?? all()) {
      const { phase, batch, expiresAtMs } = connection.kept
      if (phase === 'closed') continue
      const unread = connection.bufferedBytes
      const key = special.has(connection) ? '' : `${phase} ${batch} ${unread > BEHIND_BYTES}`
      let pack = packs.get(key)
      if (!pack || key === '') {
        const before = this.#before.get(connection) ?? 0
        const mine = this.#entries.filter(
          (entry, n) => isFor(entry, connection, unread) && (n >= before || entry.to !== 'live'),
        )
        pack = batch ? join(mine, packBytes) : mine.map((entry) => entry.text)
        packs.set(key, pack)
      }
      if (pack.length === 0) continue
      if (expiresAtMs !== undefined && expiresAtMs <= nowMs)
        drop(connection, CLOSE.unauthorized, 'expired')
      else if (unread > CLOSE_BYTES) drop(connection, CLOSE.overloaded, 'slow_reader;5000')
      else
        try {
          for (const text of pack) connection.send(text)
        } catch {
          drop(connection, CLOSE.internalError, 'send_failed')
        }
    }
  }

  /** undefined: many */
  #addressed(): Set<Connection> | undefined {
    const connections = this.#entries.map(({ to }) => (typeof to === 'string' ? undefined : to))
    return connections.includes(undefined) ? undefined : new Set(connections as Connection[])
  }

  #push(frame: ServerFrame | string, to: Queued['to'], except?: Connection): void {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame)
    const grows = typeof frame === 'object' && (frame.type === 'delta' || frame.type === 'part')
    const isWelcome = typeof frame === 'object' && frame.type === 'welcome'
    const status = isWelcome ? JSON.stringify(frame.status) : undefined
    if (typeof to !== 'string') this.#units += text.length
    this.#entries.push({ text, to, except, grows, status })
  }
}

function isFor({ to, except, grows }: Queued, connection: Connection, unread: number): boolean {
  if (grows && unread > BEHIND_BYTES) return false
  if (to === 'live') return connection.kept.phase === 'live' && connection !== except
  return to === 'all' || to === connection
}

/** As few arrays of at most `packBytes` as will do; a frame that stands alone goes as it is. */
function join(entries: readonly Queued[], packBytes: number): string[] {
  if (entries.length < 2) return entries.map((entry) => entry.text)
  const packs: string[] = []
  let texts: string[] = []
  let bytes = 0
  const close = () => {
    if (texts.length > 0) packs.push(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`)
    texts = []
    bytes = 0
  }
  for (const entry of entries) {
    entry.bytes ??= utf8Length(entry.text)
    if (bytes + entry.bytes + 2 > packBytes) close()
    texts.push(entry.text)
    bytes += entry.bytes + 1
  }
  close()
  return packs
}
