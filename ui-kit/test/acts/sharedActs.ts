/** What happens in a browser that people share: they come, say, swap, take over, log out and leave. */

import type { NackCode } from '../../src/protocol/index.ts'
import type { SharedBrowser } from '../SharedBrowser.ts'
import type { SharedPage } from '../SharedPage.ts'

type SharedAct = (page: SharedPage, browser: SharedBrowser) => unknown

const DAY_MS = 86_400_000
const MOST_PAGES = 4
const ACCOUNTS = ['ada', 'bob']
/** What is slow takes less. */
const LONGEST_WAY_MS = 1_000
const REFUSALS: NackCode[] = ['storage', 'rate_limited', 'forbidden', 'too_large', 'conflict']
/** It says whose the words are: said again here, they are one's own. */
const HELD = ['other_identity', 'unknown_writer']

/** Where somebody is at it. */
const awake =
  (act: SharedAct): SharedAct =>
  (page, browser) =>
    page.isAwake ? act(page, browser) : undefined

const open: SharedAct = (_page, browser) => {
  const { chance, pages } = browser
  if (pages.length >= MOST_PAGES) return
  browser.open(chance.of(['guest', ...ACCOUNTS]) ?? '', chance.is(0.4), chance.is(0.6))
}

const say = awake((page, browser) => {
  if (!page.isClosed) browser.said(page, `word ${browser.words.size}.`)
})

/** Said where it can't be sent, or where no answer comes; and left there, by whichever way. */
const leave = awake(async (page, browser) => {
  const { chance } = browser
  const trouble = chance.below(3)
  if (trouble === 0) page.wire.offline(true)
  if (trouble === 1) loseAnswers(page, browser)
  if (trouble === 2) page.wire.ignoreNext('send', 2)
  for (let n = 1 + chance.below(2); n > 0; n--) say(page, browser)
  await browser.pass(chance.below(50))
  const how = chance.below(3)
  if (how === 0) putAway(page, browser)
  if (how === 1) {
    if (browser.pages.length < 2) open(page, browser)
    browser.end(page)
  }
  if (chance.is(0.7)) await browser.pass(35_000)
})

const retry = awake((page, browser) => {
  for (const { row, word } of page.rows(({ delivery }) => delivery === 'failed')) {
    if (browser.chance.is(0.3)) continue
    const { code = '' } = row.failure ?? {}
    browser.hit(`retry ${code}`)
    const { fate } = word
    delete word.fate
    const isUnderWay = browser.clock.now() - word.sentAtMs < LONGEST_WAY_MS
    page.session.retry(row.key)
    // Another page discarded it, or took it over, and this one didn't know.
    if (!page.session.getMessage(row.key)) {
      if (fate) word.fate = fate
      continue
    }
    if (code === 'not_kept') word.mayBeTwice = true
    if (!HELD.includes(code)) continue
    // Its writer's page let go of it, or has no locks, while the server had not heard it yet.
    if (isUnderWay) word.mayBeTwice = true
    page.claim(word)
    word.isTaken = true
    word.owner = page.me()
  }
})

const discard = awake((page, browser) => {
  const [first] = page.rows(({ delivery }) => delivery !== 'stored')
  if (!first) return
  browser.hit(`discard ${first.row.delivery}`)
  first.word.fate = 'discarded'
  page.session.discard(first.row.key)
})

const putAway = awake((page) => {
  page.page.say('pagehide')
  page.page.say('hidden')
  page.page.freeze()
  page.away = 'put away'
})

const freeze = awake((page) => {
  page.page.say('hidden')
  page.page.freeze()
  page.away = 'frozen'
})

export const comeBack: SharedAct = (page) => {
  const { away } = page
  if (away === 'no') return
  page.away = 'no'
  page.page.thaw()
  if (away === 'put away') page.page.say('pageshow')
  page.page.say('visible')
}

const closePage: SharedAct = (page, browser) => {
  if (page.isAwake) page.page.say('pagehide')
  browser.end(page)
}

const close = awake((page) => {
  page.session.close()
  page.isClosed = true
  page.wasClosed = true
})

export const reconnect = awake((page) => {
  page.session.reconnect()
  page.isClosed = false
})

/** Nothing is left that this person saw, or said in whichever page; the others' is. */
const logOut = awake((page, browser) => {
  const me = page.me()
  const shown = page.unsent()
  const words = [...browser.words.values()]
  const kept = words.filter((word) => browser.isKept(word))
  const isOwn = ({ owner = 'g_' }: (typeof words)[number]) =>
    page.isGuest ? owner.startsWith('g_') : owner === me
  if (browser.pages.length > 1) browser.hit('log out beside another page')
  close(page, browser)
  page.session.forget()
  for (const word of words) {
    const isTheirs = shown.includes(word) || page.isUnclaimed(word) || isOwn(word)
    if (!isTheirs) continue
    if (browser.isKept(word)) browser.fail('log-out', `${word.text} is left behind ${page.name}`)
    // What another page alone had in its memory goes on there.
    if (shown.includes(word) || kept.includes(word)) word.fate ??= 'forgotten'
  }
  if (browser.chance.is(0.5)) reconnect(page, browser)
  else browser.end(page)
})

/** In the same page somebody else has the ticket; which it hears of by the next one. */
const swap: SharedAct = (page, browser) => {
  if (page.isGuest || page.isNamed) return
  page.sub = browser.chance.of(ACCOUNTS) ?? ''
  if (page.unsent().length > 0) browser.hit('swap with unsent words')
  page.wire.drop()
}

const slow: SharedAct = ({ wire }, { chance, clock }) => {
  wire.latency({ ms: chance.below(400), jitterMs: chance.below(300) })
  clock.setTimeout(() => wire.latency({ ms: 0 }), 5_000)
}

const loseAnswers: SharedAct = ({ wire }, { chance }) => {
  wire.loseNext('ack', 1 + chance.below(2))
  wire.loseNext('msg')
}

const jump: SharedAct = (_page, browser) => {
  browser.aheadMs += (browser.chance.below(50) - 20) * DAY_MS
  browser.wasSetAhead = true
}

/** For a while; what was not taken meanwhile stands in the page's memory. */
const fill: SharedAct = (page, { chance, clock }) => {
  page.isFull = true
  clock.setTimeout(() => {
    page.isFull = false
  }, chance.below(60_000))
}

export const SHARED_ACTS: readonly (readonly [kind: string, weight: number, act: SharedAct])[] = [
  ['open', 8, open],
  ['say', 22, say],
  ['leave', 10, leave],
  ['retry', 14, retry],
  ['discard', 4, discard],
  ['unplug', 8, ({ wire }) => wire.offline(true)],
  [
    'plug',
    10,
    ({ page, wire }) => {
      wire.offline(false)
      page.say('online')
    },
  ],
  ['put away', 6, putAway],
  ['freeze', 2, freeze],
  ['come back', 13, comeBack],
  ['crash', 3, (page, browser) => browser.end(page)],
  ['close the page', 2, closePage],
  ['close', 1, close],
  ['reconnect', 3, reconnect],
  ['log out', 1.5, logOut],
  ['swap', 3, swap],
  ['slow', 3, slow],
  ['lose answers', 4, loseAnswers],
  ['lose a send', 2, ({ wire }) => wire.ignoreNext('send')],
  [
    'refuse',
    6,
    (_page, { chance, server }) =>
      server.nackNext(chance.of(REFUSALS) ?? 'storage', { waitMs: chance.below(3_000) }),
  ],
  ['cut', 3, ({ wire }) => wire.drop()],
  ['restart', 1, (_page, { chance, server }) => server.restart(chance.below(5_000))],
  ['renew the epoch', 0.5, (_page, { room }) => room.renewEpoch()],
  ['set the clock', 0.5, jump],
  ['fill the storage', 2, fill],
]
