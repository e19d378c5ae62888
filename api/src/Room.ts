/**
 * A session: its parts, put together.
 *
 * Knows no Cloudflare type and keeps no truth of its own: that lies in the log and in
 * the attachments.
 */

import { CLOSE, type Limits } from '@session-kit/ui-kit/protocol'
import { Alarms } from './Alarms.ts'
import { type Connection, isOver, isSilent } from './Connection.ts'
import { Desk } from './Desk.ts'
import { Flush } from './Flush.ts'
import { Frames } from './Frames.ts'
import type { Host } from './Host.ts'
import { Keeper } from './Keeper.ts'
import type { MessageLog } from './MessageLog.ts'
import type { Outgoing } from './Outgoing.ts'
import { Presence } from './Presence.ts'
import { packBytes } from './packBytes.ts'
import { Retention } from './Retention.ts'
import { Sends } from './Sends.ts'
import { NewerSchema } from './schema.ts'
import type { Respond } from './Turn.ts'
import { Turns } from './Turns.ts'

/** After which one that gave up its place may ask for another. */
const SILENT_WAIT_MS = 30_000

interface Parts {
  host: Host
  log: MessageLog
  limits: Limits
  /** undefined: a session without an agent */
  respond: Respond | undefined
  /** How long messages are kept; undefined: for ever. */
  keepMs: number | undefined
}

export class Room {
  readonly frames: Frames
  readonly desk: Desk
  readonly #parts: Parts
  readonly #flush: Flush
  readonly #keeper = new Keeper()
  readonly #turns: Turns
  readonly #presence: Presence
  readonly #alarms: Alarms
  readonly #retention: Retention
  /** The agent's status as everybody was told last; unknown after waking in the middle of a turn. */
  #told: string | undefined
  /** There are not more sockets than that; undefined after waking. */
  #sockets: number | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { host, log, limits, respond, keepMs } = parts
    const alarms = new Alarms(host, log)
    const flush = new Flush(host, {
      begin: () => {
        log.load()
        alarms.woken()
        // With a detail, where an agent was at work: nobody knows any more.
        const { state } = this.#turns.status()
        if (state !== 'working') this.#told ??= JSON.stringify({ state })
      },
      end: (out) => this.#end(out),
      mark: () => this.#mark(),
      deliver: (out) => this.#deliver(out),
      broken: (error) =>
        this.#closeAll(CLOSE.internalError, error instanceof NewerSchema ? error.code : 'internal'),
    })
    const turns = new Turns({ host, log, flush, alarms, respond, limits })
    const keeper = this.#keeper
    const presence = new Presence(host, flush, keeper, limits)
    const sends = new Sends({ host, log, limits, flush, keeper, hasAgent: turns.hasAgent })
    const all = { host, log, limits, flush, keeper, turns, presence, sends }
    this.frames = new Frames(all)
    this.desk = new Desk(all)
    this.#flush = flush
    this.#turns = turns
    this.#presence = presence
    this.#alarms = alarms
    this.#retention = new Retention({
      host,
      log,
      flush,
      alarms,
      keepMs,
      hasAgent: turns.hasAgent,
    })
  }

  /** No further socket is taken. */
  get isFull(): boolean {
    const { limits } = this.#parts
    // Listing a crowd costs: those that left are missed only where they would make room.
    if (this.#sockets === undefined || this.#sockets >= limits.connections)
      this.#sockets = this.#countPlaces()
    return this.#sockets >= limits.connections
  }

  /** A socket is open and has said nothing yet: it counts. */
  opened(connection: Connection): void {
    if (this.#sockets !== undefined) this.#sockets += 1
    this.#presence.entered(connection)
    this.#flush.soon({ run: (out) => this.#presence.count(true, out) })
  }

  /** Whatever is due. Twice is harmless; @throws when the log can't be read */
  alarm(): void {
    const { host, log } = this.#parts
    try {
      // It decides what to delete, so it goes by what is stored and by nothing remembered.
      log.forget()
      log.load()
    } catch (error) {
      if (!(error instanceof NewerSchema)) throw error
      // The version that it belongs to looks after it at its first event.
      host.report('alarm.left', error)
      return
    }
    this.#alarms.fired()
    this.#turns.guard()
    this.#retention.sweep()
    this.#alarms.arm()
  }

  /** Empties the storage, ends the turn and sends everybody away. */
  wipe(empty: () => void): void {
    this.#flush.now()
    this.#turns.forget()
    empty()
    this.#parts.log.forget()
    this.#alarms.forget()
    this.#told = undefined
    this.#closeAll(CLOSE.deleted, 'deleted')
    this.#flush.now()
  }

  /** Where all places are taken, the connection that was silent longest is to leave its own (W14). */
  #countPlaces(): number {
    const { host, limits } = this.#parts
    const nowMs = host.now()
    // Those that are closing hold their place: one that never answers is a socket all the same.
    const holding = host.connections().filter((one) => !isOver(one, nowMs))
    if (holding.length < limits.connections) return holding.length
    // Who has just said hello may wait for the next flush.
    this.#flush.now()
    const [longest] = holding
      .filter((one) => isSilent(one, nowMs))
      .sort((a, b) => (a.kept.sinceMs ?? 0) - (b.kept.sinceMs ?? 0))
    if (!longest) return holding.length
    // Its place is free when it has answered, or in a minute.
    this.#presence.drop(longest, CLOSE.overloaded, `silent;${SILENT_WAIT_MS}`)
    return holding.length
  }

  #mark(): () => void {
    const restoreLog = this.#parts.log.mark()
    const restoreKept = this.#keeper.mark()
    const restorePresence = this.#presence.mark()
    const restoreTurns = this.#turns.mark()
    return () => {
      restoreLog()
      restoreKept()
      restorePresence()
      restoreTurns()
    }
  }

  /** Begins the next turn, and says what changed of the agent's status. */
  #end(out: Outgoing): void {
    const { host, log } = this.#parts
    const restore = log.mark()
    const forget = out.mark()
    try {
      if (log.meta && this.#turns.hasAgent) host.transaction(() => this.#turns.begin(out))
    } catch (cause) {
      host.report('turn.not_begun', cause)
      forget()
      restore()
      this.#turns.waitForStorage(out)
    }
    const status = this.#turns.status()
    const told = JSON.stringify(status)
    if (told !== this.#told) out.toLive({ type: 'status', ...status })
    else out.correct(status)
    out.after(() => {
      this.#told = told
    })
    this.#retention.plan(out)
    log.save()
  }

  #deliver(out: Outgoing): void {
    const { host, limits } = this.#parts
    this.#keeper.settled()
    this.#alarms.arm()
    out.deliver(
      () => host.connections(),
      host.now(),
      packBytes(limits),
      (...drop) => this.#presence.drop(...drop),
    )
  }

  #closeAll(code: number, reason: string): void {
    for (const connection of this.#parts.host.connections())
      this.#presence.drop(connection, code, reason)
  }
}
