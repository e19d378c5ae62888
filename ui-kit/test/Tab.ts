/** One tab of one person: a page with a session in it, judged at every commit. */

import { createSession } from '../src/session/createSession.ts'
import type { FeedMessage, Session, SessionState } from '../src/session/Session.ts'
import { checkShown, checkTrue, isGrown } from './checkFeed.ts'
import type { Device } from './Device.ts'
import { Ear, type EarPorts } from './Ear.ts'
import { Growth } from './Growth.ts'
import { Page } from './Page.ts'
import type { Word, World } from './World.ts'

/** Silence after which a dead line is found: a ping, and the time for its answer (F17). */
const DEAD_MS = 30_000
/** So much later where a page of history is awaited: on a slow line nothing else comes meanwhile. */
const PAGE_MS = 30_000

export class Tab {
  readonly name: string
  readonly page: Page
  readonly session: Session
  readonly device: Device
  /** else a guest's */
  readonly isBearer: boolean
  /** when history was awaited at last: its wish may have waited for the line */
  #lookedBackMs = Number.NEGATIVE_INFINITY
  /** who is signed in, by the page's word */
  readonly userId: string | undefined
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
  readonly #growth = new Growth()
  /** whom the server takes it for */
  #userId: string | undefined
  /** all whom the server or the page has taken it for */
  readonly #userIds = new Set<string>()
  /** said before anybody told so; of a guest in whichever tab, for the secret is the same */
  readonly #unclaimed: Word[]

  constructor(world: World, device: Device, name: string) {
    this.#world = world
    this.device = device
    this.name = name
    this.isBearer = device.isBearer
    this.userId = device.isBearer && device.saysWho ? device.sub : undefined
    if (this.userId !== undefined) this.#userIds.add(this.userId)
    this.#unclaimed = device.unclaimed
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
      ...(device.ticket && { ticket: device.ticket, userId: this.userId }),
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

  /** It was said in this tab: under the name that it goes by, or will. */
  claim(word: Word): void {
    const { isForgetful, tabs } = this.device
    const known = this.#userId ?? this.userId
    if (known !== undefined) return void word.sayers.add(known)
    this.#unclaimed.push(word)
    // Whoever takes a guest's words over may have heard the name before they were said.
    if (!this.isBearer && !isForgetful)
      for (const tab of tabs)
        if (!tab.isBearer && tab.#userId !== undefined) word.sayers.add(tab.#userId)
  }

  /** The session, not its page: nothing of it may be left. */
  close(): void {
    this.session.close()
    const { listeners, timers } = this.page
    if (timers > 0) this.#fail('left', `${timers} timers at its close`)
    if (listeners > 0) this.#fail('left', `${listeners} listeners at its close`)
  }

  /** What is so after each step. */
  check(): void {
    if (this.page.life === 'gone') return
    this.#checkLine()
    this.#checkGrowth()
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
    const ports: EarPorts = {
      truth,
      now: clock.now,
      hit,
      fail: this.#fail,
      decode: (text) => this.#world.decode(text),
      rows: () => this.session.getMessages(),
      isGivenUp: (cid) => words.get(cid)?.fate !== undefined,
      replaced: () => this.#acked.clear(),
      knows: (userId) => this.#knows(userId),
      caughtUpInPart: () => device.caughtUpInPart(),
      sends: (cid) => this.#checkSend(cid),
    }
    const ear = new Ear(ports, this.#growth)
    const { locks, network } = device
    const isOnline = () => device.isOnline
    return new Page({ clock, WebSocket: network.WebSocket, locks, ear, isOnline })
  }

  #knows(userId: string): void {
    this.#userId = userId
    this.#userIds.add(userId)
    for (const word of this.#unclaimed.splice(0)) word.sayers.add(userId)
  }

  /** A tab sends what is its own: with the lock of another, a duplicate would send it too. */
  #checkSend(cid: string): void {
    const { locks, tabs } = this.device
    const word = this.#world.words.get(cid)
    if (word) word.sentAtMs = this.#world.clock.now()
    const fate = word?.fate
    if (fate) this.#fail(fate, `${cid} was ${fate}, and goes out`)
    // A page that is frozen holds on to whatever lock it was granted.
    if (!locks || locks.isHeldBy(this.page) || tabs.some(({ page }) => page.life === 'frozen'))
      return
    this.#fail('lock', 'it sends and holds no lock of its own')
  }

  #checkGrowth(): void {
    if (this.page.life !== 'running' || !this.isLive) return
    const rowOf = (id: string) => this.session.getMessage(id)
    const late = this.#growth.late(rowOf, this.page.runsSinceMs, this.#world.clock.now())
    if (late !== undefined) this.#fail('growth', late)
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
      const { author, cid, delivery, failure, key, state } = row
      // Where there are no locks a tab doesn't hear that its twin has sent what both have.
      const isSent = !this.device.locks && this.#world.truth.wasStored(cid ?? '')
      const { wasSetAhead, wasWiped } = this.device
      const isGone = wasWiped || this.#world.words.get(cid ?? '')?.fate === 'forgotten'
      if (failure?.code === 'not_kept' && !isGone && !wasSetAhead && !isSent)
        this.#fail('kept', `${cid} is called lost, and nobody wiped it`)
      const isAccounts = author.id.startsWith('u_')
      if (failure?.code === 'other_identity' && !isAccounts)
        this.#world.hit('words of a guest were held back')
      if (delivery !== 'stored' && isAccounts && !this.#userIds.has(author.id))
        this.#fail('whose', `${cid}, unsent, is of ${author.id}, and shown to ${this.#userId}`)
      this.#world.hit(failure ? `row failed: ${failure.code}` : `row ${delivery}`)
      this.#world.hit(`row ${state}`)
      if (delivery === 'stored' && key === cid) this.#acked.add(key)
    }
  }

  /** Within that time, or so shortly before that it may still have waited. */
  #hasLookedBack(withinMs: number): boolean {
    return this.#world.clock.now() - this.#lookedBackMs < withinMs + PAGE_MS
  }

  #checkLine(): void {
    const { deadSinceMs, slownessMs } = this.device
    const { history, status } = this.session.store.getState()
    if (history.phase === 'loading') this.#lookedBackMs = this.#world.clock.now()
    if (deadSinceMs === undefined || this.page.life !== 'running') return
    const silentMs = this.#world.clock.now() - Math.max(deadSinceMs, this.page.runsSinceMs)
    if (status !== 'connected') this.#world.hit('a dead line was found')
    else if (silentMs > DEAD_MS + slownessMs + (this.#hasLookedBack(silentMs) ? PAGE_MS : 0))
      this.#fail('dead line', `connected, and for ${silentMs} ms nothing can have come`)
  }
}
