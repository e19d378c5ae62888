import { abortAllDurableObjects } from 'cloudflare:test'
import type { Message, ServerFrame } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { Replica } from '../test/Replica.ts'
import { evict, inside, newSession, TestClient, textOf } from '../test/TestClient.ts'

const STEPS = 250
const SEEDS = [1, 2, 3, 4]
/** kinds of acts; each must be hit a few times */
const KINDS = 14

/** mulberry32: the same numbers for the same seed, everywhere. */
function createChance(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** One person: a secret, a line that comes and goes, and what is known from it. */
class Person {
  readonly #session: string
  readonly #query: string
  readonly replica = new Replica()
  client!: TestClient
  #applied = 0

  constructor(session: string, index: number) {
    this.#session = session
    this.#query = `guest=the-secret-of-person-${index}`
  }

  async enter(hello: object = {}): Promise<void> {
    this.client = await TestClient.connect(this.#session, { query: this.#query })
    this.#applied = 0
    await this.hello(hello)
  }

  async hello(fields?: object): Promise<void> {
    this.catchUp()
    const { epoch, cursor } = this.replica
    await this.client.hello(fields ?? (epoch ? { epoch, cursor } : {}))
    this.catchUp()
  }

  catchUp(): void {
    for (const frame of this.client.frames.slice(this.#applied)) this.replica.apply(frame)
    this.#applied = this.client.frames.length
  }
}

class World {
  readonly session = newSession({ SESSION_LIMITS: '{"burst":1000000,"perSecond":1000000}' })
  readonly people = [0, 1, 2].map((index) => new Person(this.session, index))
  readonly hits = new Map<string, number>()
  /** by author and cid: what was first sent, and what it became */
  readonly sent = new Map<string, { text: string; id: string; seq: number }>()
  readonly #chance: (below: number) => number
  #cids = 0

  constructor(seed: number) {
    this.#chance = createChance(seed)
  }

  async run(steps: number): Promise<void> {
    for (const person of this.people) await person.enter()
    for (let i = 0; i < steps; i++) await this.#step()
    await this.#finish()
  }

  async #step(): Promise<void> {
    const person = this.#pick(this.people)
    const [kind, act] = this.#pick(Object.entries(this.#kinds))
    // An act that found nothing to act on is no hit.
    if ((await act(person)) !== false) this.hits.set(kind, (this.hits.get(kind) ?? 0) + 1)
    for (const one of this.people) one.catchUp()
  }

  #kinds: Record<string, (person: Person) => Promise<unknown>> = {
    send: (person: Person) => this.#send(person, `words ${this.#chance(1_000)}`),
    sendByHand: (person: Person) => this.#send(person, `by hand ${this.#chance(1_000)}`),
    together: async () => {
      await Promise.all(this.people.map((person) => this.#send(person, 'at once')))
    },
    repeat: async (person: Person) => {
      const known = this.#knownOf(person)
      if (!known) return false
      const { cid, text, id, seq } = known
      expect(await this.#say(person, cid, text)).toMatchObject({ type: 'ack', id, seq, dup: true })
      return true
    },
    conflict: async (person: Person) => {
      const known = this.#knownOf(person)
      if (!known) return false
      const answer = await this.#say(person, known.cid, `${known.text}!`)
      expect(answer).toMatchObject({ type: 'nack', code: 'conflict', retryable: false })
      return true
    },
    agent: async () => {
      const tokens = Array.from({ length: this.#chance(5) }, () => `t${this.#chance(99)} `)
      if (this.#chance(3) === 0) tokens.push('end')
      return inside(this.session, (it) => {
        if (it.hands.length === 0) return false
        it.give(...tokens)
        return true
      })
    },
    cancel: async (person: Person) => {
      const messages = person.replica.list()
      if (messages.length === 0) return false
      const streaming = messages.find(({ state }) => state === 'streaming')
      const { id } = streaming ?? this.#pick(messages)
      await person.client.say({ type: 'cancel', id })
      return person.client.settle()
    },
    again: async (person: Person) => {
      const answer = person.replica.list().find(({ role }) => role === 'assistant')
      if (!answer) return false
      const cid = this.#newCid()
      await person.client.say({ type: 'again', cid, id: answer.id })
      return this.#answerTo(person, cid)
    },
    hello: (person: Person) => person.hello(),
    oddHello: async (person: Person) => {
      const { epoch, cursor } = person.replica
      const odd = [
        {},
        { epoch },
        { cursor },
        { epoch: 'other', cursor },
        { epoch, cursor: cursor + 9 },
      ]
      await person.hello(this.#pick([...odd, { epoch, cursor: 0 }]))
    },
    page: async (person: Person) => {
      const before = 1 + this.#chance(person.replica.cursor + 2)
      const limit = 1 + this.#chance(10)
      const ref = this.#newCid()
      await person.client.say({ type: 'page', ref, before, limit })
      const { messages, hasOlder } = await person.client.get('page', (page) => page.ref === ref)
      const positions = messages.map(({ pos }) => pos)
      expect(positions).toEqual([...positions].sort((a, b) => a - b))
      expect(positions.every((pos) => pos < before)).toBe(true)
      expect(hasOlder).toBe((positions[0] ?? before) > 1 && messages.length === limit)
    },
    reconnect: async (person: Person) => {
      person.client.close(this.#pick([1000, 4321]))
      await person.client.getClosed()
      person.catchUp()
      const { epoch, cursor } = person.replica
      await person.enter({ epoch, cursor })
    },
    evict: async () => {
      if (await this.#isWorking()) return false
      return evict(this.session)
    },
    abort: async () => {
      await abortAllDurableObjects()
      for (const person of this.people) {
        await person.client.getClosed()
        person.catchUp()
        const { epoch, cursor } = person.replica
        await person.enter({ epoch, cursor })
      }
    },
  }

  async #send(person: Person, text: string): Promise<void> {
    const cid = this.#newCid()
    const answer = await this.#say(person, cid, text)
    expect(answer).toMatchObject({ type: 'ack', dup: false })
    const { id, seq } = answer as Extract<ServerFrame, { type: 'ack' }>
    this.sent.set(this.#key(person, cid), { text, id, seq })
  }

  async #say(person: Person, cid: string, text: string): Promise<ServerFrame> {
    await person.client.say({ type: 'send', cid, text })
    return this.#answerTo(person, cid)
  }

  #answerTo(person: Person, cid: string): Promise<ServerFrame> {
    const fits = (frame: { cid: string }) => frame.cid === cid
    return person.client.getAny(['ack', 'nack'], fits as never)
  }

  async #finish(): Promise<void> {
    while (await this.#isWorking()) {
      await inside(this.session, (it) => it.hands.length > 0 && it.give('end'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    for (const person of this.people) {
      await person.client.settle()
      person.catchUp()
    }
    const all = await this.#everything()
    for (const { replica } of this.people) {
      // Older ones than a snapshot held are on the server only, but for those that streamed then.
      const known = replica.list()
      const ids = new Set(known.map(({ id }) => id))
      const { wholeFrom } = replica
      expect(known).toEqual(all.filter(({ id, pos }) => pos >= wholeFrom || ids.has(id)))
    }
    this.#checkLog(all)
  }

  #checkLog(all: Message[]): void {
    const seqs = all.map(({ seq }) => seq).sort((a, b) => a - b)
    expect(new Set(seqs).size).toBe(all.length)
    expect(seqs.at(-1)).toBe(this.people[0]?.replica.cursor)
    // An answer takes two numbers, any other message one.
    const answers = all.filter(({ role }) => role === 'assistant')
    expect(seqs.at(-1)).toBe(all.length + answers.length)
    expect(all.filter(({ state }) => state === 'streaming')).toEqual([])
    const users = new Map(all.filter(({ role }) => role === 'user').map((one) => [one.id, one]))
    expect(users.size).toBe(this.sent.size)
    for (const { id, text, seq } of this.sent.values()) {
      const message = users.get(id) as Message
      expect([textOf(message), message.seq]).toEqual([text, seq])
    }
  }

  async #everything(): Promise<Message[]> {
    const client = await TestClient.join(this.session)
    const all: Message[] = []
    let before = Number.MAX_SAFE_INTEGER
    for (;;) {
      await client.say({ type: 'page', ref: 'all', before, limit: 100 })
      const { messages, hasOlder } = await client.get('page')
      all.unshift(...messages)
      before = messages[0]?.pos ?? 1
      if (!hasOlder) return all
    }
  }

  #isWorking(): Promise<boolean> {
    return inside(this.session, (_, { storage }) => {
      return storage.sql.exec('SELECT 1 FROM turns').toArray().length > 0
    })
  }

  #newCid(): string {
    this.#cids += 1
    return `random-${this.#cids}`
  }

  #knownOf(person: Person) {
    const mine = [...this.sent].filter(([key]) => key.startsWith(`${this.people.indexOf(person)} `))
    if (mine.length === 0) return undefined
    const [key, sent] = this.#pick(mine)
    return { cid: key.slice(2), ...sent }
  }

  #key = (person: Person, cid: string) => `${this.people.indexOf(person)} ${cid}`
  #pick = <T>(items: readonly T[]): T => items[this.#chance(items.length)] as T
}

test.each(SEEDS)(
  '[W2][W5][W8] random people keep one log, seed %i',
  { timeout: 60_000 },
  async (seed) => {
    const world = new World(seed)
    try {
      await world.run(STEPS)
    } finally {
      console.log(`seed ${seed}: ${JSON.stringify(Object.fromEntries(world.hits))}`)
    }
    expect(world.hits.size).toBe(KINDS)
    for (const [kind, hits] of world.hits) expect(hits, kind).toBeGreaterThan(2)
  },
)
