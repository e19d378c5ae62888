/**
 * A session: its parts, put together.
 *
 * Knows no Cloudflare type and keeps no truth of its own: that lies in the log and in
 * the attachments.
 */

import { CLOSE, packBytes } from '@session-kit/ui-kit/protocol'
import { Alarms } from './Alarms.ts'
import { type Connection, isOver, isSilent } from './Connection.ts'
import { Desk } from './Desk.ts'
import { Flush } from './Flush.ts'
import { Frames } from './Frames.ts'
import type { Given } from './Ground.ts'
import { Keeper } from './Keeper.ts'
import type { Outgoing } from './Outgoing.ts'
import { Presence } from './Presence.ts'
import { Retention } from './Retention.ts'
import type { RoomParts } from './RoomParts.ts'
import { Sends } from './Sends.ts'
import { NewerSchema } from './schema.ts'
import { Turns } from './Turns.ts'

/** After which one that gave up its place may ask for another. */
const SILENT_WAIT_MS = 30_000

export class Room {
  readonly frames: Frames
  readonly desk: Desk
  readonly #parts: RoomParts
  readonly #retention: Retention
  /** The agent's status as everybody was told last; unknown after waking in the middle of a turn. */
  #told: string | undefined
  /** There are not more sockets than that; undefined after waking. */
  #sockets: number | undefined

  constructor(given: Given) {
    const { host, log, limits } = given
    const alarms = new Alarms(host, log)
    const keeper = new Keeper()
    const flush = new Flush(host, {
      begin: () => {
        log.load()
        alarms.woken()
        // With a detail, where an agent was at work: nobody knows any more.
        const { state } = turns.status()
        if (state !== 'working') this.#told ??= JSON.stringify({ state })
      },
      end: (out) => this.#end(out),
      mark: () => this.#mark(),
      deliver: (out) => this.#deliver(out),
      broken: (error) =>
        this.#closeAll(CLOSE.internalError, error instanceof NewerSchema ? error.code : 'internal'),
    })
    const ground = { ...given, flush, keeper, alarms }
    const turns = new Turns(ground)
    const presence = new Presence(host, flush, keeper, limits)
    this.#parts = { ...ground, turns, presence, sends: new Sends(ground) }
    this.#retention = new Retention(ground)
    this.frames = new Frames(this.#parts)
    this.desk = new Desk(this.#parts)
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
    const { flush, presence } = this.#parts
    if (this.#sockets !== undefined) this.#sockets += 1
    presence.entered(connection)
    flush.soon({ run: (out) => presence.count(true, out) })
  }

  /** Whatever is due. Twice is harmless; @throws when the log can't be read */
  alarm(): void {
    const { host, log, alarms, turns } = this.#parts
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
    alarms.fired()
    turns.guard()
    this.#retention.sweep()
    alarms.arm()
  }

  /** Empties the storage, ends the turn and sends everybody away. */
  wipe(empty: () => void): void {
    const { log, flush, turns, alarms } = this.#parts
    flush.now()
    turns.forget()
    empty()
    log.forget()
    alarms.forget()
    this.#told = undefined
    this.#closeAll(CLOSE.deleted, 'deleted')
    flush.now()
  }

  /** Where all places are taken, the connection that was silent longest is to leave its own (W14). */
  #countPlaces(): number {
    const { host, limits, flush, presence } = this.#parts
    const nowMs = host.now()
    // Those that are closing hold their place: one that never answers is a socket all the same.
    const holding = host.connections().filter((one) => !isOver(one, nowMs))
    if (holding.length < limits.connections) return holding.length
    // Who has just said hello may wait for the next flush.
    flush.now()
    const [longest] = holding
      .filter((one) => isSilent(one, nowMs))
      .sort((a, b) => (a.kept.sinceMs ?? 0) - (b.kept.sinceMs ?? 0))
    if (!longest) return holding.length
    // Its place is free when it has answered, or in a minute.
    presence.drop(longest, CLOSE.overloaded, `silent;${SILENT_WAIT_MS}`)
    return holding.length
  }

  #mark(): () => void {
    const { log, keeper, presence, turns } = this.#parts
    const restores = [log, keeper, presence, turns].map((part) => part.mark())
    return () => {
      for (const restore of restores) restore()
    }
  }

  /** Begins the next turn, and says what changed of the agent's status. */
  #end(out: Outgoing): void {
    const { host, log, respond, turns } = this.#parts
    const restore = log.mark()
    const forget = out.mark()
    try {
      if (log.meta && respond) host.transaction(() => turns.begin(out))
    } catch (cause) {
      host.report('turn.not_begun', cause)
      forget()
      restore()
      turns.waitForStorage(out)
    }
    const status = turns.status()
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
    const { host, limits, keeper, alarms, presence } = this.#parts
    keeper.settled()
    alarms.arm()
    out.deliver(
      () => host.connections(),
      host.now(),
      packBytes(limits),
      (...drop) => presence.drop(...drop),
    )
  }

  #closeAll(code: number, reason: string): void {
    const { host, presence } = this.#parts
    for (const connection of host.connections()) presence.drop(connection, code, reason)
  }
}
