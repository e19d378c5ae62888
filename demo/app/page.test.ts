import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { connected, openPages, rename, say } from '../e2e/openPages.ts'

const { url, open } = openPages()

test('[page] the first paint is whole without JavaScript, and says that it connects', async () => {
  const page = await open('/', { javaScriptEnabled: false })
  await expect.poll(() => page.locator('.sk-status').textContent()).toContain('Connecting')
  expect(await page.getByRole('textbox', { name: 'Message' }).isVisible()).toBe(true)
  expect(await page.title()).toBe('session-kit')
})

test('[page] without a session in the URL there is a fresh one, with one the same', async () => {
  const page = await open('/')
  await connected(page)
  const first = sessionOf(page)
  expect(first).toMatch(/^[\w-]{12}$/)
  await page.reload()
  await connected(page)
  expect(sessionOf(page)).toBe(first)
  const field = page.getByRole('textbox', { name: 'Message' })
  expect(await field.evaluate(hasFocus)).toBe(true)
  await page.getByRole('button', { name: 'New session' }).click()
  await expect.poll(() => sessionOf(page)).not.toBe(first)
  await connected(page)
  // What is typed goes there, and doesn't press the button once more.
  expect(await field.evaluate(hasFocus)).toBe(true)
  await page.goBack()
  await expect.poll(() => sessionOf(page)).toBe(first)
})

test('[page] sessions that were spoken in are listed, lead back, and can be taken off', async () => {
  const page = await open('/?s=first-of-two')
  await connected(page)
  const list = page.getByRole('navigation', { name: 'Sessions' })
  await say(page, 'The first words here')
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['The first words here'])
  await list.getByRole('button', { name: 'New session' }).click()
  await connected(page)
  const second = sessionOf(page)
  expect(await list.getByRole('link').count()).toBe(1)
  await say(page, 'Another matter')
  await expect
    .poll(() => list.getByRole('link').allInnerTexts())
    .toEqual(['Another matter', 'The first words here'])
  expect(await list.locator('[aria-current]').textContent()).toBe('Another matter')

  await list.getByRole('link', { name: 'The first words here' }).click()
  await expect.poll(() => sessionOf(page)).toBe('first-of-two')
  await expect
    .poll(() => page.getByRole('article').first().textContent())
    .toContain('The first words here')
  const inPlace = ['Another matter', 'The first words here']
  expect(await list.getByRole('link').allInnerTexts()).toEqual(inPlace)
  await say(page, 'More of it')
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(inPlace.toReversed())
  await page.goBack()
  await expect.poll(() => sessionOf(page)).toBe(second)

  const link = list.getByRole('link', { name: 'The first words here' })
  const width = () => link.evaluate((title) => title.getBoundingClientRect().width)
  await page.getByRole('textbox', { name: 'Message' }).focus()
  await page.mouse.move(600, 200)
  const whole = await width()
  await link.hover()
  expect(await width()).toBeLessThan(whole)
  expect(await link.getAttribute('title')).toBe('The first words here')
  await list.getByRole('button', { name: /Remove .*The first words here/ }).press('Enter')
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['Another matter'])
  const next = list.getByRole('button', { name: /Remove .*Another matter/ })
  expect(await next.evaluate(hasFocus)).toBe(true)
  await page.reload()
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['Another matter'])
})

test('[page] on a phone the sessions are a drawer that Escape closes', async () => {
  const page = await open('/?s=narrow-drawer', { viewport: { width: 390, height: 780 } })
  await connected(page)
  await say(page, '/tool')
  const list = page.getByRole('navigation', { name: 'Sessions' })
  expect(await list.isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Sessions' }).click()
  await expect.poll(() => list.isVisible()).toBe(true)
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['/tool'])
  await page.keyboard.press('Escape')
  await expect.poll(() => list.isVisible()).toBe(false)
  await say(page, 'Said on a phone')
  await page.getByRole('button', { name: 'Sessions' }).click()
  // A command is no title where there is something better.
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['Said on a phone'])
  await list.getByRole('button', { name: 'New session' }).click()
  await expect.poll(() => sessionOf(page)).not.toBe('narrow-drawer')
  expect(await list.isVisible()).toBe(false)
})

test('[page] the link is copied, and the button says so without changing its width', async () => {
  const page = await open('/?s=to-be-shared', {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await connected(page)
  const button = page.getByRole('button', { name: 'Copy link' })
  const width = (await button.boundingBox())?.width
  await button.click()
  await expect.poll(() => page.getByRole('status').allInnerTexts()).toContain('Link copied')
  const copied = page.getByRole('button', { name: 'Copied' })
  expect((await copied.boundingBox())?.width).toBe(width)
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
})

test('[page] a new name reaches the others, and is kept', async () => {
  const ada = await open('/?s=names')
  const ben = await open('/?s=names')
  const field = ada.getByRole('textbox', { name: 'Your name' })
  await connected(ada)
  await connected(ben)
  expect(await field.inputValue()).toMatch(/^\w+ \w+$/)
  await field.fill('not taken')
  await field.press('Escape')
  await field.fill('Ada L.')
  await field.press('Enter')
  await expect.poll(() => ben.locator('.sk-presence').textContent()).toContain('Ada L.')
  await say(ada, 'under a new name')
  await expect.poll(() => ben.locator('article').first().textContent()).toContain('Ada L.')
  await ada.reload()
  await expect.poll(() => field.inputValue()).toBe('Ada L.')
})

test('[page] what is shown stays while one gets another name, on the line and off it', async () => {
  const ada = await open('/?s=renamed')
  const ben = await open('/?s=renamed')
  await connected(ada)
  await connected(ben)
  await say(ada, '/tool')
  await ada.locator('article[data-role="assistant"][data-state="done"]').waitFor()
  const seen = await ada.evaluateHandle(() => {
    const before = { fewest: Number.POSITIVE_INFINITY, labels: new Set<string | null>() }
    new MutationObserver(() => {
      before.fewest = Math.min(before.fewest, document.querySelectorAll('article').length)
      before.labels.add(document.querySelector('.sk-status-label')?.textContent ?? null)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    return before
  })
  await rename(ada, 'Ada L.')
  await expect.poll(() => ben.locator('.sk-presence').textContent()).toContain('Ada L.')
  await connected(ada)
  expect(await seen.evaluate(({ labels }) => [...labels])).toEqual(['Connected'])
  const composer = ada.getByRole('textbox', { name: 'Message' })
  expect(await composer.evaluate(hasFocus)).toBe(true)
  expect(await composer.inputValue()).toBe('')

  await ada.context().setOffline(true)
  await expect.poll(() => ada.locator('.sk-status-label').textContent()).toContain('Offline')
  await rename(ada, 'Ada of the tunnel')
  await ada.context().setOffline(false)
  await expect.poll(() => ben.locator('.sk-presence').textContent()).toContain('of the tunnel')
  expect(await seen.evaluate(({ fewest }) => fewest)).toBe(2)
})

test('[page] another tab goes by the new name, too', async () => {
  const one = await open('/?s=two-tabs')
  const other = await one.context().newPage()
  await other.goto(one.url())
  await connected(one)
  await connected(other)
  await rename(one, 'Grace H.')
  await expect
    .poll(() => other.getByRole('textbox', { name: 'Your name' }).inputValue())
    .toBe('Grace H.')
  const ben = await open('/?s=two-tabs')
  await say(other, 'Who am I?')
  await expect.poll(() => ben.locator('article').first().textContent()).toContain('Grace H.')
})

test('[page] who types is seen by the others', async () => {
  const ada = await open('/?s=typing')
  const ben = await open('/?s=typing')
  await connected(ada)
  await connected(ben)
  const name = await ada.getByRole('textbox', { name: 'Your name' }).inputValue()
  await ada.getByRole('textbox', { name: 'Message' }).pressSequentially('hm')
  await expect.poll(() => ben.locator('.sk-typing').textContent()).toContain(`${name} is typing`)
})

test('[page] an empty session offers things to say, and says them', async () => {
  const page = await open('/')
  await page.getByRole('button', { name: '/tool' }).click()
  await expect.poll(() => page.locator('article').count()).toBe(2)
  expect(await page.locator('article').first().textContent()).toContain('/tool')
  expect(await page.getByText('Nothing said here gets lost').count()).toBe(0)
})

test('[page] a path that leads nowhere is explained; the routes of the API stay JSON', async () => {
  const page = await open('/nope')
  expect((await fetch(`${url()}/nope`)).status).toBe(404)
  expect(await page.getByRole('heading').textContent()).toBe('There is no such page')
  await page.getByRole('link', { name: 'New session' }).click()
  await connected(page)
  const json = await fetch(`${url()}/sessions/some/nope`)
  expect([json.status, await json.json()]).toMatchObject([404, { error: { code: 'not_found' } }])
})

test('[page] a link with an id that can’t be is explained, with a way on', async () => {
  const page = await open(`/?s=${encodeURIComponent('no such id!')}`)
  await expect.poll(() => page.getByRole('main').getByRole('alert').count()).toBe(1)
  expect(await page.getByRole('textbox').count()).toBe(0)
  await page.getByRole('main').getByRole('button', { name: 'New session' }).click()
  await connected(page)
})

const hasFocus = (element: Element) => element === document.activeElement

function sessionOf(page: Page): string {
  return new URL(page.url()).searchParams.get('s') ?? ''
}
