/**
 * A room on the SQLite of a session of its own, with time, chance and the alarm by hand.
 *
 * `wake` forgets what the room knew, as an eviction or a crash does; the storage and the
 * alarm stay.
 */

import { DEFAULT_LIMITS, type Limits, type Message } from '@session-kit/ui-kit/protocol'
import type { Connection } from '../src/Connection.ts'
import { MessageLog } from '../src/MessageLog.ts'
import { Room } from '../src/Room.ts'
import type { SessionEvent } from '../src/SessionEvent.ts'
import type { Row } from '../src/Sql.ts'
import type { Author, Said } from '../src/say.ts'
import type { Respond } from '../src/Turn.ts'
import { inside, newSession } from './TestClient.ts'

export interface RoomOptions {
  keepMs?: number | undefined
  respond?: Respond | undefined
  limits?: Partial<Limits>
}

export class TestRoom {
  nowMs = 1_000_000_000_000
  /** undefined: none is armed */
  alarmAtMs: number | undefined
  /** how often the alarm was set or cleared */
  alarmWrites = 0
  readonly events: SessionEvent[] = []
  readonly reports: string[] = []
  connections: Connection[] = []
  readonly storage: DurableObjectStorage
  log!: MessageLog
  room!: Room
  /** Called before every statement; what it throws, SQLite throws. */
  refuse: (query: string) => void = () => {}
  refuseAlarm = false
  /** No flush can be stored, whatever its works could. */
  refuseCommit = false
  #options: RoomOptions
  #later: (() => void)[] = []
  #cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
  #ids = 0
  #depth = 0

  constructor(storage: DurableObjectStorage, options: RoomOptions) {
    this.storage = storage
    this.#options = options
    this.wake()
  }

  /** Another instance: the same storage, nothing in memory, and options of its own. */
  wake(options: RoomOptions = {}): void {
    this.#options = { ...this.#options, ...options }
    this.#later = []
    this.log = new MessageLog((query, ...values) => {
      this.refuse(query)
      const cursor = this.storage.sql.exec(query, ...values)
      this.#cursors.push(cursor)
      return cursor as Iterable<Row>
    })
    const { keepMs, respond, limits } = this.#options
    this.room = new Room({
      host: {
        now: () => this.nowMs,
        newId: () => `${++this.#ids}-id-of-16-characters`.slice(0, 16),
        connections: () => this.connections,
        storedBytes: () => this.storage.sql.databaseSize,
        transaction: (run) => this.#transaction(run),
        later: (run) => this.#later.push(run),
        setAlarm: (atMs) => this.#setAlarm(atMs),
        clearAlarm: () => this.#setAlarm(undefined),
        keepAlive: () => {},
        tell: (event) => this.events.push(event),
        report: (event) => this.reports.push(event),
      },
      log: this.log,
      limits: { ...DEFAULT_LIMITS, ...limits },
      respond,
      keepMs,
    })
  }

  say(cid: string, text = cid, by = 'u'): Said {
    return this.room.desk.say(authorOf(by), 's', { cid, parts: [{ type: 'text', text }] })
  }

  /** Asks for another answer. */
  again(cid: string, id: string, by = 'u'): Said {
    return this.room.desk.say(authorOf(by), 's', { cid, again: id })
  }

  /** Lets agents and timers do what they are about to. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 20; i++) await null
      for (const run of this.#later.splice(0)) run()
    }
  }

  /** Time goes on until the alarm goes off. */
  async goOff(): Promise<void> {
    if (this.alarmAtMs === undefined) throw new Error('no alarm is armed')
    this.nowMs = Math.max(this.nowMs, this.alarmAtMs)
    this.alarmAtMs = undefined
    this.room.alarm()
    await this.settle()
  }

  messages(): Message[] {
    return this.room.desk
      .page(Number.MAX_SAFE_INTEGER, 100)
      .messages.map(({ json }) => JSON.parse(json))
  }

  all(query: string): Row[] {
    return this.storage.sql.exec(query).toArray()
  }

  /** Rows read and written since the last call. */
  rows(): { read: number; written: number } {
    const cursors = this.#cursors
    this.#cursors = []
    const sum = (of: 'rowsRead' | 'rowsWritten') =>
      cursors.reduce((total, cursor) => total + cursor[of], 0)
    return { read: sum('rowsRead'), written: sum('rowsWritten') }
  }

  #transaction(run: () => void): void {
    this.#depth += 1
    try {
      this.storage.transactionSync(() => {
        run()
        if (this.refuseCommit && this.#depth === 1) throw new Error('the platform refuses')
      })
    } finally {
      this.#depth -= 1
    }
  }

  #setAlarm(atMs: number | undefined): void {
    if (this.refuseAlarm) throw new Error('the platform refuses')
    this.alarmAtMs = atMs
    this.alarmWrites += 1
  }
}

const authorOf = (id: string): Author => ({ user: { id, name: 'U' }, role: 'member' })

export const withRoom = <R>(
  options: RoomOptions,
  run: (room: TestRoom) => R | Promise<R>,
): Promise<R> => inside(newSession(), (_, { storage }) => run(new TestRoom(storage, options)))
