/**
 * A whole world by seed: people, their tabs, networks, one server, time, and who judges all that.
 *
 * Things are done to it by acts; here is what they are done to. A rule that breaks is noted and
 * thrown at the end of the step, because a session survives listeners that throw.
 */

import {
  decodeServerFrames,
  type Limits,
  MESSAGE_MARGIN,
  type Part,
  type ServerFrame,
} from '../src/protocol/index.ts'
import type { SendResult } from '../src/session/Session.ts'
import { createFakeServer, type FakeServer } from '../src/testing/createFakeServer.ts'
import type { FakeSession } from '../src/testing/createFakeSession.ts'
import type { FakeStream } from '../src/testing/FakePlayer.ts'
import { Chance } from './Chance.ts'
import { createWorldClock } from './createWorldClock.ts'
import { Device } from './Device.ts'
import { Tab } from './Tab.ts'
import { Truth } from './Truth.ts'

/** What somebody said, and what became of it. */
export interface Word {
  cid: string
  device: Device
  tab: Tab
  /** `stored`, or the code of the failure */
  settled?: string
  /** user ids under which it was said, and said again on purpose */
  sayers: Set<string>
  /** it may be gone: its writer took it away, or logged out */
  fate?: 'discarded' | 'forgotten'
  /** it failed and was sent again, or another tab took it over: its place is its own */
  isApart?: boolean
  /** when it last left a page */
  sentAtMs: number
  /** sent on purpose where nobody could tell whether it had been sent, or while it was under way */
  mayBeTwice?: boolean
}

export class Violation extends Error {
  readonly rule: string
  constructor(rule: string, detail: string) {
    super(`[${rule}] ${detail}`)
    this.rule = rule
  }
}

const PEOPLE = ['ada', 'bob', 'eve']

export class World {
  readonly clock = createWorldClock(() => this.check())
  readonly chance: Chance
  readonly server: FakeServer
  readonly room: FakeSession
  readonly limits: Partial<Limits>
  readonly truth: Truth
  readonly devices: Device[]
  /** by cid */
  readonly words = new Map<string, Word>()
  readonly streams: FakeStream[] = []
  /** a frame may get lost on its way to a server that lives on */
  readonly isLossy: boolean
  /** something said may be stored behind what was said later */
  mayOvertake = false
  isSkipped = false
  readonly #seed: number
  readonly #hits: Map<string, number>
  readonly #violations: Violation[] = []
  #numbers = 0
  #frames = 0
  #checkedChanges = 0
  readonly #saying = new WeakMap<readonly Part[], string>()
  #heard: { text: string; frames: readonly ServerFrame[] } = { text: '', frames: [] }

  constructor(seed: number, hits: Map<string, number>) {
    this.#seed = seed
    this.#hits = hits
    this.chance = new Chance(seed)
    this.isLossy = this.chance.is(0.3)
    const { clock, chance } = this
    this.limits = drawLimits(chance)
    const answers = new Chance(chance.below(2 ** 31))
    this.server = createFakeServer({
      clock,
      seed: chance.below(2 ** 31),
      limits: this.limits,
      agent: (message) => {
        const script = drawAnswer(answers)
        if (script) this.truth.script(message.id, script.answer)
        return script
      },
    })
    this.room = this.server.session('room')
    this.truth = new Truth(this.room)
    this.server.onFrame(({ direction }) => {
      if (direction === 'toClient') this.#frames += 1
    })
    const crowd = 2 + chance.below(2)
    this.devices = PEOPLE.slice(0, crowd).map((name) => new Device(this, name, this.server, chance))
    for (const device of this.devices) device.open()
  }

  get tabs(): Tab[] {
    return this.devices.flatMap(({ tabs }) => tabs)
  }

  /** Tabs in which somebody can do something. */
  get awake(): Tab[] {
    return this.tabs.filter(({ page }) => page.life === 'running')
  }

  /** Never the same twice. */
  number(): number {
    this.#numbers += 1
    return this.#numbers
  }

  createId(): string {
    return `id-${this.#seed}-${this.number()}`.padEnd(22, '_')
  }

  /** The act that is under way has nothing to do. */
  skip(): void {
    this.isSkipped = true
  }

  hit(what: string): void {
    this.#hits.set(what, (this.#hits.get(what) ?? 0) + 1)
  }

  fail(rule: string, detail: string): void {
    this.#violations.push(new Violation(rule, `at ${Math.round(this.clock.now())} ms, ${detail}`))
  }

  openTab(device: Device, name: string): Tab {
    return new Tab(this, device, name)
  }

  /** What may be refused by the session, visibly. */
  try<T>(what: string, act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      const code = (error as { code?: string }).code
      if (code === undefined) throw error
      this.hit(`${what} refused: ${code}`)
      return undefined
    }
  }

  /** Somebody says something elsewhere. */
  post(more = ''): void {
    this.try('post', () => this.room.post(`posted ${this.number()}${more}`))
  }

  /** The promise tells the truth. */
  said(tab: Tab, { cid, stored }: SendResult): void {
    const { device } = tab
    const word: Word = { cid, device, tab, sayers: new Set(), sentAtMs: Number.NEGATIVE_INFINITY }
    this.words.set(cid, word)
    tab.claim(word)
    stored.then(
      () => {
        word.settled = 'stored'
        this.truth.refresh(this.#frames)
        if (!this.truth.wasStored(cid))
          this.fail('promise', `${cid} was called stored, and it isn't`)
      },
      ({ code }) => {
        word.settled = code
        this.hit(`promise ${code}`)
      },
    )
  }

  /** What everybody hears is read once. */
  decode(text: string): readonly ServerFrame[] {
    if (text !== this.#heard.text) this.#heard = { text, frames: decodeServerFrames(text) ?? [] }
    return this.#heard.frames
  }

  /** Every invariant, now, of all that has changed since the last time. @throws Violation */
  check(): void {
    this.truth.refresh(this.#frames)
    this.#checkOnce()
    for (const { tabs } of this.devices) for (const tab of tabs) tab.check()
    const [first] = this.#violations
    if (first) throw first
  }

  /** Checked after every timer. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    await this.clock.settle()
    this.check()
  }

  /** Nothing that one person said is stored twice, or as said by somebody else. */
  #checkOnce(): void {
    if (this.truth.changes === this.#checkedChanges) return
    this.#checkedChanges = this.truth.changes
    const seen = new Set<string>()
    for (const { author, cid, parts, role, state } of this.truth.messages) {
      if (role !== 'user' || cid === undefined || state === 'deleted') continue
      const word = this.words.get(cid)
      if (word && !word.sayers.has(author.id))
        this.fail('identity', `${cid} of ${[...word.sayers]} is stored as said by ${author.id}`)
      if (word?.mayBeTwice) continue
      const words = this.#saying.get(parts) ?? JSON.stringify(parts)
      this.#saying.set(parts, words)
      if (seen.has(cid) || seen.has(words)) this.fail('stored twice', `${cid}: ${words}`)
      seen.add(cid).add(words)
    }
  }
}

/** Small ones, so that limits are met: snapshots, catch-ups in parts, pauses, refusals. */
function drawLimits(chance: Chance): Partial<Limits> {
  return {
    ...(chance.is(0.4) && { syncMessages: 4 + chance.below(6) }),
    // The smallest takes a line, and most of what is said at length it doesn't.
    ...(chance.is(0.4) && { serverFrameBytes: MESSAGE_MARGIN + 300 + chance.below(4_000) }),
    ...(chance.is(0.3) && { burst: 6 + chance.below(6), perSecond: 3 + chance.below(5) }),
    ...(chance.is(0.3) && { inFlight: 1 + chance.below(4) }),
    ...(chance.is(0.3) && { frameBytes: 1_500 }),
    ...(chance.is(0.2) && { peers: 2 }),
    ...(chance.is(0.1) && { storageBytes: 8_000 }),
  }
}

interface Script {
  answer: Part[]
  tokensPerSecond: number
  failAfter?: number
}

const WORDS = ['word ', 'längere ', '字句', '👩‍🚀 ', 'and ', '🙂', '\n']

export function drawAnswer(chance: Chance): Script | null {
  if (chance.is(0.6)) return null
  const text = () =>
    Array.from({ length: 1 + chance.below(16) }, () => chance.of(WORDS) ?? '').join('')
  const answer: Part[] = [{ type: 'text', text: text() }]
  if (chance.is(0.2)) answer.unshift({ type: 'reasoning', text: text() })
  if (chance.is(0.1))
    answer.unshift({ type: 'tool', callId: 'call-1', name: 'look', state: 'done', output: 'found' })
  const tokensPerSecond = [200, 60, 20, 5][chance.below(4)] ?? 60
  return { answer, tokensPerSecond, ...(chance.is(0.1) && { failAfter: chance.below(10) }) }
}
