/**
 * People who share a browser at the same time, by seed: what one said is stored once and under a
 * name that said it, shown once after every step, and lost to nobody. What a promise tells is true.
 *
 * `SEED=7 SEEDS=1` plays one again. A kind of act or refusal that was never met fails the run.
 */

import { expect, test } from 'vitest'
import { comeBack, reconnect, SHARED_ACTS } from '../../test/acts/sharedActs.ts'
import { Chance } from '../../test/Chance.ts'
import { SharedBrowser, textOf } from '../../test/SharedBrowser.ts'
import type { SharedPage } from '../../test/SharedPage.ts'

const { SEED = '1', SEEDS = '160' } = process.env
const first = Number(SEED)
const last = first + Number(SEEDS) - 1
/** The first so many meet everything. */
const ENOUGH = 160
const STEPS = 60
const EVERYBODY = ['ada', 'bob', 'guest']

const WANTED = [
  ...SHARED_ACTS.map(([kind]) => kind),
  ...['a guest beside an account', 'swap with unsent words', 'log out beside another page'],
  ...['a browser with locks', 'a browser without locks'],
  ...['other_identity', 'unknown_writer', 'forbidden', 'too_large', 'conflict'].map(
    (code) => `retry ${code}`,
  ),
  ...['discarded', 'closed', 'other_identity', 'not_kept'].map((code) => `promise ${code}`),
  ...['queued', 'sent', 'failed'].map((delivery) => `discard ${delivery}`),
]

const WEIGHT = SHARED_ACTS.reduce((sum, [, weight]) => sum + weight, 0)

function draw(chance: Chance) {
  let at = chance.random() * WEIGHT
  const found = SHARED_ACTS.find(([, weight]) => {
    at -= weight
    return at < 0
  })
  if (!found) throw new Error('the weights were added up wrongly')
  return found
}

/** The faults end, and who is here comes to rest. */
async function heal(browser: SharedBrowser) {
  browser.server.nackNext('storage', { count: 0 })
  for (const page of browser.pages) {
    const { wire } = page
    page.isFull = false
    wire.offline(false)
    wire.latency({ ms: 0 })
    for (const type of ['ack', 'msg'] as const) wire.loseNext(type, 0)
    wire.ignoreNext('send', 0)
    comeBack(page, browser)
    page.page.say('online')
  }
  // A guest who was logged out elsewhere hears so at the next attempt.
  for (let n = 0; n < 2; n++) {
    await browser.pass(100_000)
    for (const page of browser.pages) if (page.phase === 'ended') reconnect(page, browser)
  }
  await browser.pass(10_000)
  for (const page of browser.pages) checkRest(browser, page)
  browser.check()
}

/** Nothing waits, and whoever waited for a word has it. */
function checkRest(browser: SharedBrowser, page: SharedPage) {
  const { name, phase, session, wasClosed } = page
  if (phase !== 'live') browser.fail('unrest', `${name} is ${phase}`)
  for (const { delivery, key } of session.getMessages())
    if (delivery === 'queued' || delivery === 'sent')
      browser.fail('unrest', `${key} is ${delivery} in ${name}`)
  const authorOf = new Map(browser.room.messages.map((row) => [textOf(row), row.author.id]))
  for (const { page: own, settled, text } of browser.words.values())
    if (own === page && !wasClosed && !settled && authorOf.get(text) === page.me())
      browser.fail('promise', `of ${text} in ${name} is open, and it is stored`)
}

/** Everybody comes once more, beside the others and after they went: what isn't stored is shown. */
async function reckon(browser: SharedBrowser) {
  const shown = new Set<string>()
  const look = () => {
    for (const page of browser.pages) for (const { text } of page.unsent()) shown.add(text)
  }
  look()
  const before = [...browser.pages]
  for (const who of [...EVERYBODY, ...EVERYBODY]) {
    if (browser.pages.length >= before.length + EVERYBODY.length)
      for (const page of before.splice(0)) {
        page.page.say('pagehide')
        browser.end(page)
      }
    browser.open(who, true, true)
    await browser.pass(45_000)
    look()
  }
  for (const { fate, mayBeLost, text, writer } of browser.words.values())
    if (
      !browser.everStored.has(text) &&
      !fate &&
      !mayBeLost &&
      !shown.has(text) &&
      !browser.wasSetAhead
    )
      browser.fail('lost', `${text} of ${writer}`)
  for (const page of [...browser.pages]) {
    page.session.close()
    browser.end(page)
  }
  browser.check()
}

async function play(seed: number, hits: Map<string, number>) {
  const browser = new SharedBrowser(seed, hits)
  const schedule = new Chance(seed)
  browser.open('guest', false, true)
  for (let step = 0; step < STEPS; step++) {
    const [kind, , act] = draw(schedule)
    // Of its own, so that a schedule stays what it is however a step goes.
    const chance = new Chance(schedule.below(2 ** 30))
    browser.chance = chance
    const page = chance.of(browser.pages) ?? browser.open('ada', true, true)
    await act(page, browser)
    browser.hit(kind)
    await browser.pass(chance.is(0.2) ? 35_000 : chance.below(600))
  }
  await heal(browser)
  await reckon(browser)
}

test(`[F58] [F85] [F87] people beside each other, seeds ${first} to ${last}: once, whole, and each under the own name`, async () => {
  const hits = new Map<string, number>()
  for (let seed = first; seed <= last; seed++)
    await play(seed, hits).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error })
    })
  console.info([...hits].map(([kind, count]) => `${kind} ${count}`).join(', '))
  if (first === 1 && last >= ENOUGH)
    expect(
      WANTED.filter((kind) => !hits.has(kind)),
      'never met',
    ).toEqual([])
}, 120_000)
