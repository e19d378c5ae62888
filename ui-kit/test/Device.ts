/** One person's browser: what it keeps, its way to the server, and the tabs that are open in it. */

import type { KeepStorage } from '../src/session/keep.ts'
import type { FakeNetwork } from '../src/testing/createFakeNetwork.ts'
import type { FakeServer } from '../src/testing/createFakeServer.ts'
import type { Chance } from './Chance.ts'
import { createLocks, type Locks } from './createLocks.ts'
import { createStorage } from './createStorage.ts'
import type { Tab } from './Tab.ts'
import type { Word, World } from './World.ts'

/** Noon of some day, as the fake server has it. */
const STARTED_AT_MS = Date.UTC(2026, 0, 5, 12)

export type TicketMood = 'good' | 'late' | 'never' | 'fails' | 'final' | 'bad'

export class Device {
  readonly name: string
  readonly network: FakeNetwork
  readonly tabs: Tab[] = []
  readonly texts = new Map<string, string>()
  readonly locks: Locks | undefined
  /** else a guest */
  isBearer: boolean
  /** its pages say who is signed in */
  readonly saysWho: boolean
  /** what it keeps is lost with the page */
  readonly isForgetful: boolean
  isOnline = true
  /** its unsent words were taken out of its storage, and the marks of those that had their end */
  wasWiped = false
  /** its clock went on by days: what an absent person left may be too old to wait */
  wasSetAhead = false
  wallAheadMs = 0
  /** since when nothing passes, in either direction, and nobody says so */
  deadSinceMs: number | undefined
  /** longest time that something sent may still be under way */
  slownessMs = 0
  /** parts of a catch-up after which the line is cut; 0: none is */
  cutsAtPart = 0
  mood: TicketMood = 'good'
  /** whose ticket it is */
  sub: string
  /** said by a guest of whom nobody knows the name yet */
  readonly #unclaimed: Word[] = []
  readonly #world: World
  readonly #server: FakeServer
  #opened = 0

  constructor(world: World, name: string, server: FakeServer, chance: Chance) {
    this.#world = world
    this.#server = server
    this.name = name
    this.sub = `u_${name}`
    this.network = server.network()
    this.isForgetful = chance.is(0.1)
    // Some browsers have none.
    this.locks = chance.is(0.8) ? createLocks() : undefined
    this.isBearer = chance.is(0.4)
    this.saysWho = chance.is(0.5)
    this.#world.hit(this.isBearer ? 'somebody with a ticket' : 'a guest')
    this.#world.hit(this.locks ? 'a browser with locks' : 'a browser without locks')
    if (this.isForgetful) this.#world.hit('storage that throws')
  }

  /** of who is signed in */
  get ticket(): (() => string | Promise<string>) | undefined {
    return this.isBearer ? () => this.#giveTicket(this.#server) : undefined
  }

  /** Each page has an object of its own for what all share. */
  get storage(): KeepStorage {
    return createStorage(this.texts, () => this.isForgetful)
  }

  /** For one tab; of a guest in whichever, unless each has a secret of its own. */
  get unclaimed(): Word[] {
    return this.isBearer || this.isForgetful ? [] : this.#unclaimed
  }

  wallMs(): number {
    return STARTED_AT_MS + this.wallAheadMs + Math.round(this.#world.clock.now())
  }

  setAhead(ms: number): void {
    this.wallAheadMs += ms
    this.wasSetAhead = true
  }

  open(): Tab {
    this.#opened += 1
    const tab = this.#world.openTab(this, `${this.name} ${this.#opened}`)
    this.tabs.push(tab)
    return tab
  }

  /** cids of the messages that wait in its storage; what was discarded left no more than a mark */
  get keptCids(): string[] {
    return this.kept.map(({ cid }) => cid)
  }

  /** Of these, who wrote what waits until they come again; what a guest left is anybody's. */
  get absentees(): { cid: string; owner: string }[] {
    const here = this.tabs.some(({ isBearer }) => isBearer) ? this.sub : ''
    return this.kept.filter(({ owner }) => owner.startsWith('u_') && owner !== here)
  }

  get kept(): { cid: string; owner: string }[] {
    return [...this.texts].flatMap(([key, text]) =>
      key.includes(':out:') && text.startsWith('{') ? JSON.parse(text) : [],
    )
  }

  /** It left a page, and the server may not have heard it yet. */
  isUnderWay({ sentAtMs }: Word): boolean {
    return this.#world.clock.now() - sentAtMs <= this.slownessMs
  }

  caughtUpInPart(): void {
    if (this.cutsAtPart === 0) return
    this.cutsAtPart -= 1
    if (this.cutsAtPart > 0) return
    this.#world.hit('a catch-up was cut')
    this.network.drop()
  }

  /** The path dies; it comes back with `revive`, and whatever was open then is gone. */
  kill(): void {
    this.deadSinceMs ??= this.#world.clock.now()
    this.network.halfOpen(true)
  }

  revive(): void {
    if (this.deadSinceMs === undefined) return
    this.deadSinceMs = undefined
    this.network.drop()
    this.network.halfOpen(false)
  }

  #giveTicket(server: FakeServer): string | Promise<string> {
    this.#world.hit(`ticket ${this.mood}`)
    switch (this.mood) {
      case 'never':
        return new Promise(() => {})
      case 'fails':
        return Promise.reject(new Error('the provider is out of order'))
      case 'final':
        throw Object.assign(new Error('nobody is logged in'), { final: true })
      case 'bad':
        return 'no ticket at all'
      case 'late':
        return new Promise((resolve) => {
          this.#world.clock.setTimeout(() => resolve(this.#createTicket(server)), 1_500)
        })
      case 'good':
        return this.#createTicket(server)
    }
  }

  /** Expired soon: with the minute of leeway it lasts from one minute to two. */
  #createTicket(server: FakeServer): string {
    const nowSeconds = (STARTED_AT_MS + this.#world.clock.now()) / 1000
    const exp = nowSeconds + this.#world.chance.below(60)
    return server.ticket({ sub: this.sub, name: this.name, exp })
  }
}
