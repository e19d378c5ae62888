/**
 * Random people in one session, and beside it a model of what its log has to be.
 *
 * Every act is done to both; then the log, and what each person knows, is compared with the
 * model. The agent says what an act lets it say, so the model can know everything; where the
 * object ends in an act, the place says whether the act still counts.
 */

import { runDurableObjectAlarm } from 'cloudflare:test'
import type { Message, SyncFrame, WelcomeFrame } from '@session-kit/ui-kit/protocol'
import { createSeed } from '@session-kit/ui-kit/testing'
import { expect, vi } from 'vitest'
import { signTicket } from '../src/tickets.ts'
import type { Change } from './Changes.ts'
import { endAt, endsOf, type Place, REASON } from './Life.ts'
import { type Answer, LogModel, type Row } from './LogModel.ts'
import { Person } from './Person.ts'
import {
  evict,
  inside,
  newSession,
  ORIGIN,
  socketOf,
  stubOf,
  testEnv,
  textOf,
} from './TestClient.ts'
import worker from './worker.ts'

/** Small, so that many a hello is answered by a snapshot, and in several frames. */
const LIMITS = { syncMessages: 40, serverFrameBytes: 8_192, burst: 1_000_000, perSecond: 1_000_000 }
const HOUR_MS = 3_600_000
const KEPT_MS = 24 * HOUR_MS
/** A sweep may be this late. */
const PATIENCE_MS = HOUR_MS
/** Rows of the log that are compared after each act. */
const NEWEST = 15

/** `in vain`: it changed nothing. `impossible`: there was nothing to do it to. */
export type Outcome = 'done' | 'in vain' | 'impossible'

/** An answer as it is told. */
export type Told = { id: string; seq: number; dup: boolean } | { code: string }

export class World {
  readonly session = newSession({ KEEP_DAYS: '1', SESSION_LIMITS: JSON.stringify(LIMITS) })
  readonly people = ['ada', 'bob', 'eve'].map((name) => new Person(this.session, name))
  model = new LogModel()
  readonly random: () => number
  /** by id; an id never stands for another message */
  #positions = new Map<string, number>()
  #madeAtMs = new Map<number, number>()
  #prunedTo = 0
  /** every name that the log has had */
  #epochs: string[] = []
  #names = 0
  #aheadMs = 0

  constructor(seed: number) {
    this.random = createSeed(seed)
    const { now } = Date
    vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + this.#aheadMs)
  }

  // ------------------------------------------------------------------ chance

  below = (n: number): number => Math.floor(this.random() * n)
  pick = <T>(items: readonly T[]): T | undefined => items[this.below(items.length)]
  person = (): Person => this.pick(this.people) as Person
  name(): string {
    this.#names += 1
    return `name-${1_000 + this.#names}`
  }

  /** Does it, and has it answered as the model answers. */
  async do(change: Change | undefined): Promise<Outcome> {
    if (!change) return 'impossible'
    const isChange = this.model.isChangedBy(change.apply)
    const told = await change.tell()
    const answer = change.apply(this.model)
    this.model.settle()
    expect(this.#learn(told, answer)).toEqual(answer)
    return isChange ? 'done' : 'in vain'
  }

  /** The object ends in the middle of it; everybody comes back, and says again what counts once. */
  async endIn(place: Place, change: Change | undefined): Promise<Outcome> {
    if (!change || !this.model.isChangedBy(change.apply)) return 'impossible'
    endAt(this.session, place, place === 'transaction' ? this.below(4) : 0)
    const ended = endsOf(this.session).length
    change.tell().catch(() => {})
    await this.#leave()
    expect(endsOf(this.session).slice(ended)).toEqual([place])
    if (place === 'unsent') {
      change.apply(this.model)
      this.model.settle()
    }
    this.model.crash()
    await this.enter()
    if (change.isResent) await this.do(change)
    return 'done'
  }

  // ------------------------------------------------------------------ the agent

  async grow(): Promise<Outcome> {
    if (!this.model.running) return 'impossible'
    const words = this.#words(1 + this.below(4))
    await this.give(...words)
    await this.people[0]?.client.getAny(['part', 'delta'])
    this.model.grow(words.join(''))
    return 'done'
  }

  async endInStream(): Promise<Outcome> {
    if (!this.model.running) return 'impossible'
    const words = this.#words(3)
    const shown = this.below(3)
    await this.#untilAsked()
    endAt(this.session, 'stream', shown)
    await this.give(...words).catch(() => {})
    await this.#leave()
    this.model.grow(words.slice(0, shown).join(''))
    this.model.crash()
    await this.enter()
    return 'done'
  }

  /** Every turn ends. */
  async calm(): Promise<void> {
    while (this.model.running) {
      await this.give('end')
      this.model.end('done')
      this.model.settle()
    }
  }

  // ------------------------------------------------------------------ reading

  async page(): Promise<void> {
    const { client } = this.person()
    const [ref, before, limit] = [
      this.name(),
      1 + this.below(this.model.head + 2),
      1 + this.below(20),
    ]
    await client.say({ type: 'page', ref, before, limit })
    const { messages, hasOlder } = await client.get('page', (page) => page.ref === ref)
    // A page is as long as fits into a frame.
    expect({ rows: messages.map(this.#rowOf), hasOlder }).toEqual(
      this.model.page(before, Math.min(limit, messages.length || limit)),
    )
  }

  /** By somebody who knows what the line told, or who claims to know something else. */
  async hello(isOdd = false): Promise<void> {
    const person = this.person()
    person.apply()
    const { epoch, cursor } = person.replica
    const odd = [{}, { epoch }, { cursor }, { epoch: 'another', cursor }]
    const near = { epoch, cursor: this.below(this.model.head + 3) }
    const fields = isOdd ? (this.pick([...odd, near, near, near, near]) ?? {}) : { epoch, cursor }
    this.#expectCaughtUp(await person.hello({ batch: this.below(2) > 0, ...fields }), fields)
  }

  async endInCatchUp(): Promise<void> {
    const { epoch, cursor } = this.person().replica
    const fields = this.below(2) ? { epoch, cursor } : {}
    endAt(this.session, 'catch-up', this.below(3))
    await this.person().client.say({ type: 'hello', v: 1, batch: false, ...fields })
    await this.#leave()
    this.model.crash()
    await this.enter()
  }

  // ------------------------------------------------------------------ lines and lives

  async enter(): Promise<void> {
    for (const person of this.people) {
      const fields = { epoch: person.replica.epoch, cursor: person.replica.cursor }
      this.#expectCaughtUp(await person.enter(), fields)
    }
  }

  async reconnect(): Promise<void> {
    const person = this.person()
    person.client.close(this.pick([1000, 4321]))
    await person.leave()
    const fields = { epoch: person.replica.epoch, cursor: person.replica.cursor }
    this.#expectCaughtUp(await person.enter(), fields)
  }

  async evict(): Promise<void> {
    await this.calm()
    await evict(this.session)
  }

  async crash(): Promise<void> {
    await inside(this.session, (_, state) => state.abort(REASON)).catch(() => {})
    await this.#leave()
    this.model.crash()
    await this.enter()
  }

  async wipe(): Promise<void> {
    const { session } = this
    const ticket = await signTicket(
      { sub: 'boss', sid: session, role: 'admin' },
      testEnv.SESSION_SECRET ?? '',
    )
    const { status } = await this.#ask(`?ticket=${ticket}`, { method: 'DELETE' })
    expect(status).toBe(204)
    await this.#leave(4410)
    this.model = new LogModel()
    this.#positions = new Map()
    this.#madeAtMs = new Map()
    this.#prunedTo = 0
    await this.enter()
  }

  /** Half a day goes by, and the alarm goes off. */
  async prune(): Promise<Outcome> {
    await this.calm()
    await this.check()
    this.#aheadMs += 13 * HOUR_MS
    for (let i = 0; i < 3; i++) await runDurableObjectAlarm(stubOf(this.session))
    const low = await inside(this.session, (_, { storage }) =>
      Number(storage.sql.exec('SELECT min(pos) AS low FROM messages').one().low ?? Infinity),
    )
    const age = ({ pos }: Row) => Date.now() - (this.#madeAtMs.get(pos) ?? 0)
    const gone = this.model.rows.filter(({ pos }) => pos < low)
    for (const row of gone) expect(age(row), `pos ${row.pos}`).toBeGreaterThanOrEqual(KEPT_MS)
    for (const row of this.model.rows)
      if (age(row) > KEPT_MS + PATIENCE_MS) expect(row.pos).toBeLessThan(low)
    const last = gone.at(-1)
    if (!last) return 'impossible'
    this.#prunedTo = last.pos
    this.model.prune(last.pos)
    return 'done'
  }

  // ------------------------------------------------------------------ comparing

  /** The log and everybody's copy of it are what the model says. */
  async check(): Promise<void> {
    const { epoch, head, messages } = await this.#newest(NEWEST)
    expect(head).toBe(this.model.head)
    expect(messages.map(this.#rowOf)).toEqual(this.model.page(Infinity, NEWEST).rows)
    await Promise.all(
      this.people.map(async (person) => {
        await person.list()
        // They heard that the log has another name.
        if (person.replica.epoch === undefined) this.#expectCaughtUp(await person.hello(), {})
        expect(person.replica).toMatchObject({ epoch, cursor: head })
        const known = person.replica.list().filter(({ pos }) => pos > this.#prunedTo)
        const positions = new Set(known.map(({ pos }) => pos))
        const { wholeFrom } = person.replica
        const rows = this.model.rows.filter(({ pos }) => pos >= wholeFrom || positions.has(pos))
        expect(known.map(this.#rowOf), person.name).toEqual(rows)
      }),
    )
  }

  // ------------------------------------------------------------------ inside

  async say(
    person: Person,
    frame: { cid: string; type: string; [field: string]: unknown },
  ): Promise<Told> {
    await person.client.say(frame)
    const answer = await person.answerTo(frame.cid)
    return answerOf({ ok: answer.type === 'ack', ...answer })
  }

  async #untilAsked(): Promise<void> {
    await vi.waitUntil(
      () => inside(this.session, ({ hands }) => hands.at(-1)?.turn.signal.aborted === false),
      { interval: 1 },
    )
  }

  async give(...given: (string | Error)[]): Promise<undefined> {
    await this.#untilAsked()
    await inside(this.session, (it) => it.give(...given))
  }

  #words = (count: number): string[] =>
    Array.from({ length: count }, () => this.pick(['a ', 'word ', '😀', 'é\n', ' ']) ?? '')

  async #leave(code = 1006): Promise<void> {
    const closes = await Promise.all(this.people.map((person) => person.leave()))
    expect(closes.map((close) => close.code)).toEqual(this.people.map(() => code))
  }

  /** Never more than fit into a frame. */
  async #newest(limit: number): Promise<{ epoch: string; head: number; messages: Message[] }> {
    return (await this.#ask(`/do/messages?limit=${limit}&guest=the-secret-of-ada`)).json()
  }

  #ask(path: string, init?: RequestInit): Promise<Response> {
    return Promise.resolve(
      worker.fetch(new Request(`${ORIGIN}/sessions/${this.session}${path}`, init), testEnv),
    )
  }

  #expectCaughtUp(
    { welcome, sync }: { welcome: WelcomeFrame; sync: SyncFrame },
    hello: { epoch?: string | undefined; cursor?: number | undefined },
  ): void {
    const { epoch, head } = welcome
    if (this.model.epoch === undefined) {
      expect(this.#epochs).not.toContain(epoch)
      this.#epochs.push(epoch)
      this.model.epoch = epoch
    }
    expect([epoch, head]).toEqual([this.model.epoch, this.model.head])
    expect([sync.epoch, sync.to]).toEqual([epoch, head])
    const cursor = hello.epoch === epoch ? hello.cursor : undefined
    const { mode, rows } = this.model.catchUp(cursor, LIMITS.syncMessages)
    expect([sync.mode, sync.messages.map(this.#rowOf)]).toEqual([mode, rows])
  }

  idOf(pos: number): string {
    for (const [id, at] of this.#positions) if (at === pos) return id
    return 'nobody'
  }

  /** An answer with an id becomes one with a pos. */
  #learn(told: Told | undefined, answer: Answer | undefined): Answer | undefined {
    if (!told || 'code' in told) return told
    const { id, seq, dup } = told
    if (answer && 'pos' in answer) this.#know(id, answer.pos)
    return { pos: this.#positions.get(id) ?? 0, seq, dup }
  }

  #know(id: string, pos: number): void {
    const known = this.#positions.get(id)
    if (known === undefined) expect([...this.#positions.values()]).not.toContain(pos)
    this.#positions.set(id, known ?? pos)
  }

  #rowOf = (message: Message): Row => {
    const { id, pos, seq, role, state, cid, replyTo, createdAt } = message
    this.#know(id, pos)
    expect(this.#positions.get(id)).toBe(pos)
    this.#madeAtMs.set(pos, createdAt)
    return {
      pos,
      seq,
      role: role as Row['role'],
      text: textOf(message),
      state,
      ...(cid && { cid }),
      ...(replyTo && { replyTo: this.#positions.get(replyTo) ?? 0 }),
    }
  }

  /** Everybody says something in the same moment. */
  async together(): Promise<void> {
    const said = this.people.map((person) => ({
      person,
      cid: this.name(),
      text: 'by hand, at once',
    }))
    await inside(this.session, (instance, state) => {
      for (const { person, cid, text } of said)
        instance.webSocketMessage(
          socketOf(state, person.client),
          JSON.stringify({ type: 'send', cid, text }),
        )
    })
    const answers = said.map(({ person, cid, text }) => this.model.send(person.name, cid, text))
    this.model.settle()
    for (const [i, { person, cid }] of said.entries()) {
      const { type, ...ack } = await person.answerTo(cid)
      expect(type).toBe('ack')
      expect({ seq: 'seq' in ack && ack.seq, dup: 'dup' in ack && ack.dup }).toMatchObject({
        seq: (answers[i] as { seq: number }).seq,
        dup: false,
      })
    }
  }
}

/** What a call returned, or a frame said. */
export function answerOf(told: {
  ok: boolean
  id?: string
  seq?: number
  dup?: boolean
  code?: string
}): Told {
  const { ok, id = '', seq = 0, dup = false, code = '' } = told
  return ok ? { id, seq, dup } : { code }
}
