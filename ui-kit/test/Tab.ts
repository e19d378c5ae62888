/** One tab of one person: a page with a session in it, judged at every commit. */

import { createSession } from '../src/session/createSession.ts'
import type { FeedMessage, Session, SessionState } from '../src/session/Session.ts'
import { checkShown, checkTrue, isGrown } from './checkFeed.ts'
import type { Device } from './Device.ts'
import { Ear } from './Ear.ts'
import { Page } from './Page.ts'
import type { World } from './World.ts'

/** Silence after which a dead line is found: a ping, and the time for its answer (F17). */
const DEAD_MS = 30_000

export class Tab {
  readonly name: string
  readonly page: Page
  readonly session: Session
  readonly device: Device
  readonly #world: World
  readonly #fail: (rule: string, detail: string) => void
  readonly #known = new WeakSet<FeedMessage>()
  /** cids that are shown as stored; they stay so until the log is replaced */
  readonly #acked = new Set<string>()
  readonly #counted = new WeakSet<FeedMessage>()
  #shown: SessionState | undefined
  /** what was last checked; none of these arrays ever changes */
  #seen: Partial<Pick<SessionState, 'keys' | 'outbox'>> & { rows?: readonly FeedMessage[] } = {}
  #outbox: readonly string[] = []
  #isDirty = true

  constructor(world: World, device: Device, name: string) {
    this.#world = world
    this.device = device
    this.name = name
    this.#fail = (rule, detail) => world.fail(rule, `${name}: ${detail}`)
    this.page = this.#createPage()
    this.session = createSession({
      url: 'http://chat.test',
      sessionId: 'room',
      name: device.name,
      clock: this.page.clock,
      random: world.chance.random,
      createId: () => world.createId(),
      wallClock: () => device.wallMs(),
      storage: device.storage,
      WebSocket: this.page.WebSocket,
      network: this.page.network,
      ...(this.page.locks && { locks: this.page.locks }),
      ...(device.ticket && { ticket: device.ticket }),
    })
    this.session.ready.catch(() => {})
    this.session.store.subscribe(() => this.#committed())
    this.session.subscribeMessages(() => this.#committed())
    this.#committed()
  }

  get isLive(): boolean {
    return this.session.store.getState().connection.phase === 'live'
  }

  say(content: Parameters<Session['send']>[0]): void {
    const result = this.#world.try('send', () => this.session.send(content))
    if (result) this.#world.said(this, result)
  }

  /** What is so after each step. */
  check(): void {
    if (this.page.life === 'gone') return
    this.#checkLine()
    if (!this.#isDirty) return
    this.#isDirty = false
    const { truth } = this.#world
    this.#checkRows()
    checkTrue(this.session, truth, this.#known, this.#fail, (what) => this.#world.hit(what))
    const { outbox } = this.session.store.getState()
    if (outbox !== this.#outbox) this.#checkOutbox(outbox)
    this.#outbox = outbox
  }

  /** The page goes, and the browser takes back what was its. */
  end(): void {
    this.page.end()
    this.device.tabs.splice(this.device.tabs.indexOf(this), 1)
  }

  /** What is no longer in it is stored, or waits in another tab. */
  #checkOutbox(outbox: readonly string[]): void {
    const { truth, words } = this.#world
    for (const cid of this.#outbox) {
      const word = words.get(cid)
      if (outbox.includes(cid) || !word || word.fate) continue
      if (this.device.keptCids.includes(cid)) {
        this.#world.hit('a row went to another tab')
        word.isApart = true
      } else if (!truth.wasStored(cid) && !this.device.isForgetful)
        this.#fail('vanished', `${cid} is neither stored nor kept`)
    }
  }

  #createPage(): Page {
    const { device } = this
    const { clock, truth, words } = this.#world
    const hit = (what: string) => this.#world.hit(what)
    const ear = new Ear({
      truth,
      hit,
      fail: this.#fail,
      decode: (text) => this.#world.decode(text),
      rows: () => this.session.getMessages(),
      isGivenUp: (cid) => words.get(cid)?.fate !== undefined,
      replaced: () => this.#acked.clear(),
    })
    const { locks, network } = device
    const isOnline = () => device.isOnline
    return new Page({ clock, WebSocket: network.WebSocket, locks, ear, isOnline })
  }

  #committed(): void {
    this.#isDirty = true
    const state = this.session.store.getState()
    const { agent, connection, history, keys, outbox } = state
    const before = this.#shown
    this.#shown = state
    if (connection !== before?.connection) this.#world.hit(`line ${connection.phase}`)
    if (history !== before?.history) this.#world.hit(`history ${history.phase}`)
    if (agent !== before?.agent) this.#world.hit(`agent ${agent.state}`)
    // A token of one row moves no other: then the end of the step is early enough.
    if (keys !== before?.keys || outbox !== before.outbox) this.#checkRows()
    this.#checkLine()
  }

  #checkRows(): void {
    const rows = this.session.getMessages()
    const { keys, outbox } = this.session.store.getState()
    const seen = this.#seen
    if (rows === seen.rows && keys === seen.keys && outbox === seen.outbox) return
    this.#seen = { rows, keys, outbox }
    const isGrowth = keys === seen.keys && outbox === seen.outbox
    if (!isGrowth || !rows.every((row, index) => isGrown(seen.rows?.[index], row)))
      checkShown(this.session, this.#fail)
    for (const key of this.#acked)
      if (this.session.getMessage(key)?.delivery !== 'stored')
        this.#fail('acked row lost', `${key} was shown as stored`)
    for (const [index, row] of rows.entries()) {
      if (row === seen.rows?.[index] || this.#counted.has(row)) continue
      this.#counted.add(row)
      const { cid, delivery, failure, key, state } = row
      this.#world.hit(failure ? `row failed: ${failure.code}` : `row ${delivery}`)
      this.#world.hit(`row ${state}`)
      if (delivery === 'stored' && key === cid) this.#acked.add(key)
    }
  }

  #checkLine(): void {
    const { deadSinceMs, slownessMs } = this.device
    if (deadSinceMs === undefined || this.page.life !== 'running') return
    const { status } = this.session.store.getState()
    const silentMs = this.#world.clock.now() - Math.max(deadSinceMs, this.page.runsSinceMs)
    if (status !== 'connected') this.#world.hit('a dead line was found')
    else if (silentMs > DEAD_MS + slownessMs)
      this.#fail('dead line', `connected, and for ${silentMs} ms nothing can have come`)
  }
}
