/** One page of a browser that people share: a session, whom it was taken for, and its own way out. */

import { createSession } from '../src/session/createSession.ts'
import type { KeepStorage } from '../src/session/keep.ts'
import type { FeedMessage, Session } from '../src/session/Session.ts'
import type { FakeNetwork } from '../src/testing/createFakeNetwork.ts'
import { Chance } from './Chance.ts'
import { createStorage } from './createStorage.ts'
import { Page } from './Page.ts'
import { type Said, type SharedBrowser, textOf, URL_OF_API } from './SharedBrowser.ts'

/** Noon of some day, as the fake server has it. */
const STARTED_AT_MS = Date.UTC(2026, 0, 5, 12)

export class SharedPage {
  readonly name: string
  readonly page: Page
  readonly session: Session
  readonly wire: FakeNetwork
  readonly isGuest: boolean
  /** it says who is signed in */
  readonly isNamed: boolean
  /** whom the server, or the page, has taken it for */
  readonly ids = new Set<string>()
  /** whose ticket it has */
  sub: string
  isFull = false
  isClosed = false
  /** it was closed once: promises ended with it */
  wasClosed = false
  away: 'no' | 'put away' | 'frozen' = 'no'
  readonly #browser: SharedBrowser
  /** said before the server told who this is */
  readonly #unclaimed: Said[] = []

  constructor(browser: SharedBrowser, who: string, isNamed: boolean, isOnline: boolean) {
    const { clock, locks, server, texts } = browser
    this.#browser = browser
    this.isGuest = who === 'guest'
    this.isNamed = isNamed && !this.isGuest
    this.sub = who
    this.name = `${browser.number()}:${who}${this.isNamed ? ' by name' : ''}`
    if (this.isNamed) this.ids.add(who)
    this.wire = server.network()
    this.wire.offline(!isOnline)
    const ear = {
      dialled() {},
      heard() {},
      closed() {},
      said: (text: string) => {
        const { type, cid } = JSON.parse(text)
        if (type === 'send') browser.sends(this, cid)
      },
    }
    this.page = new Page({
      clock,
      WebSocket: this.wire.WebSocket,
      locks,
      ear,
      isOnline: () => true,
    })
    const storage: KeepStorage = createStorage(texts, () => this.isFull)
    const ticket = () => server.ticket({ sub: this.sub, name: this.sub })
    this.session = createSession({
      url: URL_OF_API,
      sessionId: 'room',
      clock: this.page.clock,
      random: new Chance(browser.chance.below(2 ** 30)).random,
      createId: () => browser.createId(),
      wallClock: () => STARTED_AT_MS + browser.aheadMs + Math.round(clock.now()),
      storage,
      WebSocket: this.page.WebSocket,
      network: this.page.network,
      ...(this.page.locks && { locks: this.page.locks }),
      ...(!this.isGuest && { ticket, ...(this.isNamed && { userId: who }) }),
    })
    this.session.ready.catch(() => {})
    this.session.store.subscribe(() => this.#committed())
  }

  /** Somebody can do something in it. */
  get isAwake(): boolean {
    return this.page.life === 'running'
  }

  get phase(): string {
    return this.session.store.getState().connection.phase
  }

  /** Under whose name one speaks here, if anybody knows. */
  me(): string | undefined {
    const id = this.session.store.getState().you?.user.id
    if (id !== undefined) return id
    if (this.isNamed) return this.sub
    return this.isGuest ? this.#browser.guestId() : undefined
  }

  /** It is said here: under the name that this page goes by, or will. */
  claim(word: Said): void {
    const id = this.me()
    if (id !== undefined) word.by.add(id)
    if (!this.session.store.getState().you) this.#unclaimed.push(word)
  }

  isUnclaimed(word: Said): boolean {
    return this.#unclaimed.includes(word)
  }

  rows(isWanted: (row: FeedMessage) => boolean): { row: FeedMessage; word: Said }[] {
    return this.session.getMessages().flatMap((row) => {
      const word = isWanted(row) && this.#browser.words.get(textOf(row))
      return word ? [{ row, word }] : []
    })
  }

  /** What it shows and nobody stored. */
  unsent(): Said[] {
    return this.rows(({ delivery }) => delivery !== 'stored').map(({ word }) => word)
  }

  #committed(): void {
    const id = this.session.store.getState().you?.user.id
    if (id === undefined) return
    this.ids.add(id)
    for (const word of this.#unclaimed.splice(0)) {
      word.by.add(id)
      word.owner ??= id
    }
  }
}
