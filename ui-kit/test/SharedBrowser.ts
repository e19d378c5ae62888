/**
 * One browser that several people use, page beside page: who said what, who may say it again, and
 * what must hold after every step. A rule that breaks is noted, and thrown at the end of the step.
 */

import { keepPrefix } from '../src/session/keep.ts'
import type { FeedMessage } from '../src/session/Session.ts'
import { createFakeServer } from '../src/testing/createFakeServer.ts'
import { guestOf } from '../src/testing/guestOf.ts'
import { Chance } from './Chance.ts'
import { createLocks } from './createLocks.ts'
import { createWorldClock } from './createWorldClock.ts'
import { SharedPage } from './SharedPage.ts'

export const URL_OF_API = 'http://chat.test'
const SECRET = `${keepPrefix(URL_OF_API, 'room')}guest`

export interface Said {
  readonly text: string
  readonly cid: string
  /** where it was said */
  readonly page: SharedPage
  /** user ids under which it may be stored: who said it, and who took it over by a word */
  readonly by: Set<string>
  /** whose words they were when they were said, as far as anybody knew */
  readonly writer: string | undefined
  /** whose they are, once somebody took them over */
  owner: string | undefined
  isTaken?: true
  /** said again where nobody could tell whether it had been sent */
  mayBeTwice?: true
  /** when it last left a page */
  sentAtMs: number
  /** taken away by a person: it goes out no more */
  fate?: 'discarded' | 'forgotten'
  /** it stood in the memory of a page alone */
  mayBeLost?: true
  /** `stored`, or the code of the failure */
  settled?: string
}

export const textOf = ({ parts }: Pick<FeedMessage, 'parts'>): string =>
  parts.map((part) => ('text' in part ? part.text : part.type)).join('')

export class SharedBrowser {
  readonly clock = createWorldClock(() => this.check())
  readonly server
  readonly room
  readonly locks
  /** of the step that is under way */
  chance: Chance
  /** what it keeps */
  readonly texts = new Map<string, string>()
  readonly pages: SharedPage[] = []
  /** by text */
  readonly words = new Map<string, Said>()
  /** the texts that were stored at any time */
  readonly everStored = new Set<string>()
  /** its clock, ahead of what it was */
  aheadMs = 0
  /** what the absent left may be too old by now */
  wasSetAhead = false
  readonly #seed: number
  readonly #hits: Map<string, number>
  readonly #violations: string[] = []
  #numbers = 0
  #checked = ''

  constructor(seed: number, hits: Map<string, number>) {
    this.#seed = seed
    this.#hits = hits
    const chance = new Chance(seed)
    this.chance = chance
    const { clock } = this
    this.server = createFakeServer({ clock, seed: chance.below(2 ** 30), agent: () => null })
    this.room = this.server.session('room')
    // Some browsers have none.
    this.locks = chance.is(0.5) ? createLocks() : undefined
    this.hit(this.locks ? 'a browser with locks' : 'a browser without locks')
  }

  number(): number {
    this.#numbers += 1
    return this.#numbers
  }

  createId(): string {
    return `id-${this.#seed}-${this.number()}`.padEnd(22, '_')
  }

  hit(what: string): void {
    this.#hits.set(what, (this.#hits.get(what) ?? 0) + 1)
  }

  fail(rule: string, detail: string): void {
    this.#violations.push(`at ${Math.round(this.clock.now())} ms [${rule}] ${detail}`)
  }

  /** @param who `guest`, or the name of an account */
  open(who: string, isNamed: boolean, isOnline: boolean): SharedPage {
    const page = new SharedPage(this, who, isNamed, isOnline)
    this.pages.push(page)
    const kinds = new Set(this.pages.map(({ isGuest }) => isGuest))
    if (kinds.size === 2) this.hit('a guest beside an account')
    return page
  }

  /** The page is gone, and with it what no storage took. */
  end(page: SharedPage): void {
    for (const word of page.unsent()) if (!this.isKept(word)) word.mayBeLost = true
    page.page.end()
    this.pages.splice(this.pages.indexOf(page), 1)
  }

  /** That a word was taken over, a page hears when it would send it, or, of an old mark, never. */
  get isLate(): boolean {
    return !this.locks || this.wasSetAhead
  }

  isKept({ text }: Said): boolean {
    return [...this.texts.values()].some((kept) => kept.includes(`"${text}"`))
  }

  /** As the server will call who is a guest by what this browser keeps. */
  guestId(): string | undefined {
    const secret = this.texts.get(SECRET)
    const admission = secret && guestOf(new URL(`${URL_OF_API}?guest=${secret}`), Math.random)
    return admission && 'user' in admission ? admission.user.id : undefined
  }

  said(page: SharedPage, text: string): void {
    const { cid, stored } = page.session.send(text)
    const writer = page.me()
    const word: Said = {
      text,
      cid,
      page,
      by: new Set(),
      writer,
      owner: writer,
      sentAtMs: Number.NEGATIVE_INFINITY,
    }
    this.words.set(text, word)
    page.claim(word)
    stored.then(
      ({ author }) => {
        word.settled = 'stored'
        this.#readLog()
        if (!this.everStored.has(text)) this.fail('promise', `${text} is not stored`)
        if (!page.ids.has(author.id))
          this.fail('promise', `${text} was told stored by ${author.id} in ${page.name}`)
      },
      ({ code }) => {
        word.settled = code
        this.hit(`promise ${code}`)
      },
    )
  }

  /** It leaves a page. */
  sends(page: SharedPage, cid: string): void {
    const word = [...this.words.values()].find((one) => one.cid === cid)
    if (!word) return
    word.sentAtMs = this.clock.now()
    if (word.fate) this.fail(word.fate, `${word.text} goes out from ${page.name}`)
  }

  /** @throws Error with what broke */
  check(): void {
    this.#readLog()
    for (const page of this.pages) this.#checkPage(page)
    if (this.#violations.length > 0) throw new Error(this.#violations.join('\n'))
  }

  async pass(ms: number): Promise<void> {
    await this.clock.settle()
    this.check()
    await this.clock.advance(ms)
    await this.clock.settle()
    this.check()
  }

  /** Each is stored once, and as said by who said it. */
  #readLog(): void {
    const { epoch, head, messages } = this.room
    if (this.#checked === `${epoch} ${head}`) return
    this.#checked = `${epoch} ${head}`
    const times = new Map<string, string[]>()
    for (const message of messages) {
      const word = this.words.get(textOf(message))
      if (!word) continue
      const { id } = message.author
      const authors = [...(times.get(word.text) ?? []), id]
      times.set(word.text, authors)
      this.everStored.add(word.text)
      if (!word.by.has(id))
        this.fail('whose', `${word.text} of ${[...word.by]} is stored as of ${id}`)
      if (authors.length > 1 && !word.mayBeTwice)
        this.fail('stored twice', `${word.text} as of ${authors}`)
    }
  }

  /** Each is shown once, and unsent words of an account to nobody else. */
  #checkPage({ ids, name, page, session }: SharedPage): void {
    if (page.life !== 'running') return
    const seen = new Set<string>()
    for (const row of session.getMessages()) {
      const word = this.words.get(textOf(row))
      if (!word) continue
      const { isTaken, mayBeTwice, text, writer = 'g_' } = word
      if (isTaken && row.delivery !== 'stored' && this.isLate) continue
      if (seen.has(text) && !mayBeTwice) this.fail('shown twice', `${text} in ${name}`)
      seen.add(text)
      const isTheirs = writer.startsWith('g_') || ids.has(writer) || isTaken
      if (row.delivery !== 'stored' && !isTheirs)
        this.fail('whose', `${text}, unsent, is of ${writer}, and shown in ${name}`)
    }
  }
}
