/** Tabs and pages of one person in a real browser: duplicated, crashed, put away and taken out again. */

import assert from 'node:assert/strict'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chromiumLaunchOptions } from '../../ui-kit/scripts/chromium.ts'
import { ChatPage, openChat } from './ChatPage.ts'
import { createFaultProxy, type FaultProxy } from './createFaultProxy.ts'
import { eventually } from './eventually.ts'
import { fetchHistory } from './fetchHistory.ts'
import { newSessionId } from './newSessionId.ts'
import { type StartedServer, startServer } from './startServer.ts'

let server: StartedServer
let browser: Browser
let proxy: FaultProxy
let origin: string
let sessionId: string

beforeAll(async () => {
  server = await startServer()
  proxy = await createFaultProxy(server.port)
  origin = `http://localhost:${proxy.port}`
  browser = await chromium.launch(await chromiumLaunchOptions())
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await proxy?.close()
  await server?.stop()
})

beforeEach(() => {
  sessionId = newSessionId()
  proxy.refuse(false)
})

function cutTheLine() {
  proxy.refuse(true)
  proxy.hurt('cut', 0)
}

async function anotherTab(context: BrowserContext): Promise<ChatPage> {
  const page = await context.newPage()
  await page.goto(`${origin}/?s=${sessionId}`)
  return alive(new ChatPage(context, page))
}

/** The page has come to life: it knows by which name somebody goes. */
async function alive(chat: ChatPage): Promise<ChatPage> {
  const name = chat.page.getByRole('textbox', { name: 'Your name' })
  await eventually(
    () => name.inputValue(),
    (value) => assert.equal(value, 'Ada'),
  )
  return chat
}

const own = async (chat: ChatPage) =>
  (await chat.rows()).filter(({ role }) => role === 'user').map(({ text }) => text)

/** What people said, as the server has it. */
const stored = async () =>
  (await fetchHistory(server.url, sessionId))
    .filter(({ role }) => role === 'user')
    .map(({ text }) => text)

const waitForStored = (texts: string[]) =>
  eventually(stored, (now) => assert.deepEqual(now, texts), 60_000)

test('[F85] a living tab keeps its queue; when it crashes, one other tab takes it over', async () => {
  const first = await openChat(browser, origin, sessionId, 'Ada')
  const context = first.page.context()
  await first.send('before')
  const others = [await anotherTab(context), await anotherTab(context)]
  for (const other of others) await other.waitForText('before')
  cutTheLine()
  for (const word of ['one', 'two']) {
    await first.typeAndEnter(word)
    await first.waitForText(word)
  }
  for (const other of others) {
    await other.reload()
    await alive(other)
    expect(await own(other)).not.toContain('one')
  }
  const client = await context.newCDPSession(first.page)
  client.send('Page.crash').catch(() => {})
  await eventually(
    () => Promise.all(others.map(own)),
    (seen) => assert.equal(seen.filter((texts) => texts.includes('two')).length, 1),
  )
  proxy.refuse(false)
  await waitForStored(['before', 'one', 'two'])
  for (const other of others) {
    await other.waitForText('two')
    expect((await own(other)).sort()).toEqual(['before', 'one', 'two'])
  }
  await context.close()
})

test('[F86] a duplicated tab is a tab of its own: nothing is sent twice', async () => {
  const first = await openChat(browser, origin, sessionId, 'Ada')
  const context = first.page.context()
  await first.send('before')
  await first.page.evaluate(() => sessionStorage.setItem('mark', 'copied'))
  cutTheLine()
  await first.typeAndEnter('once')
  await first.waitForText('once')
  const opened = context.waitForEvent('page')
  // What a duplicate and a window that was opened have in common: a copy of sessionStorage.
  await first.page.evaluate(() => void window.open(location.href))
  const twin = await alive(new ChatPage(context, await opened))
  expect(await twin.page.evaluate(() => sessionStorage.getItem('mark'))).toBe('copied')
  const frames = [first, twin].map(({ page }) => sentFrames(page))
  await twin.typeAndEnter('from the twin')
  await twin.waitForText('from the twin')
  proxy.refuse(false)
  await eventually(stored, (now) => assert.equal(now.length, 3), 60_000)
  expect((await stored()).sort()).toEqual(['before', 'from the twin', 'once'])
  for (const tab of [first, twin]) {
    await tab.waitForText('once')
    await tab.waitForText('from the twin')
    expect((await own(tab)).length).toBe(3)
  }
  expect(frames.flat().filter((frame) => frame.includes('"send"'))).toHaveLength(2)
  await context.close()
})

test('[F28] [F29] a page is put away without socket and lock, and comes back with one reconnect', async () => {
  const ada = await openChat(browser, origin, sessionId, 'Ada')
  const ben = await openChat(browser, server.url, sessionId, 'Ben')
  await ada.send('before')
  await ben.waitForText('before')
  expect(await locksOf(ada.page)).toHaveLength(1)
  await watchFeed(ada.page)
  const sockets: unknown[] = []
  ada.page.on('websocket', (socket) => sockets.push(socket))
  await turnPage(ada.page, 'pagehide')
  expect(await locksOf(ada.page)).toEqual([])
  await ben.send('meanwhile')
  expect(await own(ada)).toEqual(['before'])
  await turnPage(ada.page, 'pageshow')
  await ada.waitForText('meanwhile')
  expect(await wasEmptied(ada.page)).toBe(false)
  expect(sockets).toHaveLength(1)
  expect(await locksOf(ada.page)).toHaveLength(1)
  await ada.send('after')
  await waitForStored(['before', 'meanwhile', 'after'])
  await ada.close()
  await ben.close()
})

test('[F29] [F85] what a page left unsent when it was put away is sent by one tab, once', async () => {
  const ada = await openChat(browser, origin, sessionId, 'Ada')
  const context = ada.page.context()
  await ada.send('before')
  const second = await anotherTab(context)
  await second.waitForText('before')
  await watchFeed(ada.page)
  cutTheLine()
  await ada.typeAndEnter('unsent')
  await ada.waitForText('unsent')
  await turnPage(ada.page, 'pagehide')
  await second.reload()
  await second.waitForText('unsent')
  proxy.refuse(false)
  await waitForStored(['before', 'unsent'])
  const frames = sentFrames(ada.page)
  await turnPage(ada.page, 'pageshow')
  await eventually(
    () => ada.rows(),
    (rows) => assert.ok(rows.some((row) => row.text === 'unsent' && row.delivery === 'stored')),
    60_000,
  )
  expect(await wasEmptied(ada.page)).toBe(false)
  expect(await own(ada)).toEqual(['before', 'unsent'])
  expect(await stored()).toEqual(['before', 'unsent'])
  expect(frames.filter((frame) => frame.includes('"send"'))).toEqual([])
  await context.close()
})

test('[F60] a page that is frozen with something unsent sends it when it thaws', async () => {
  const ada = await openChat(browser, origin, sessionId, 'Ada')
  await ada.send('before')
  cutTheLine()
  await ada.typeAndEnter('unsent')
  await ada.waitForText('unsent')
  const client = await ada.page.context().newCDPSession(ada.page)
  await client.send('Page.setWebLifecycleState', { state: 'frozen' })
  proxy.refuse(false)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  await client.send('Page.setWebLifecycleState', { state: 'active' })
  await waitForStored(['before', 'unsent'])
  await ada.waitForText('unsent')
  expect(await own(ada)).toEqual(['before', 'unsent'])
  await ada.close()
})

/** What a tab hands to its sockets from now on. */
function sentFrames(page: Page): string[] {
  const frames: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => frames.push(String(payload))),
  )
  return frames
}

/**
 * What the browser tells a page on its way into the back/forward cache, and out of it. The
 * headless browser that tests run in has no such cache, so the page is told so by hand.
 */
const turnPage = (page: Page, type: 'pagehide' | 'pageshow') =>
  page.evaluate(
    (name) => void dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
    type,
  )

/** Locks that this page holds or waits for: with one of them a page isn't cached. */
const locksOf = (page: Page) =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query()
    return [...held, ...pending].map(({ name }) => name)
  })

/** From now on: was the feed ever without a row? */
const watchFeed = (page: Page) =>
  page.evaluate(() => {
    new MutationObserver(() => {
      if (document.querySelector('article') === null) document.body.dataset.emptied = ''
    }).observe(document.body, { childList: true, subtree: true })
  })

const wasEmptied = (page: Page) => page.evaluate(() => 'emptied' in document.body.dataset)
