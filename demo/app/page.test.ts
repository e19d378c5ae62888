import { createRequire } from 'node:module'
import type { BrowserContextOptions, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openWorld } from '../e2e/openWorld.ts'

let world: Awaited<ReturnType<typeof openWorld>>
const complaints: string[] = []

beforeAll(async () => {
  world = await openWorld()
}, 180_000)
afterAll(() => world?.close())

afterEach(async () => {
  await Promise.all(world.browser.contexts().map((context) => context.close()))
  expect(complaints.splice(0)).toEqual([])
})

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
  await page.getByRole('button', { name: 'New session' }).click()
  await expect.poll(() => sessionOf(page)).not.toBe(first)
  await connected(page)
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
  await page.goBack()
  await expect.poll(() => sessionOf(page)).toBe(second)

  await list.getByRole('link', { name: 'The first words here' }).hover()
  await list.getByRole('button', { name: /Remove .*The first words here/ }).click()
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['Another matter'])
  await page.reload()
  await expect.poll(() => list.getByRole('link').allInnerTexts()).toEqual(['Another matter'])
})

test('[page] on a phone the sessions are a drawer that Escape closes', async () => {
  const page = await open('/?s=narrow-drawer', { viewport: { width: 390, height: 780 } })
  await connected(page)
  await say(page, 'Said on a phone')
  const list = page.getByRole('navigation', { name: 'Sessions' })
  expect(await list.isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Sessions' }).click()
  await expect.poll(() => list.isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await expect.poll(() => list.isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Sessions' }).click()
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

test('[page] the look follows the system until the other one is chosen, which is kept', async () => {
  const page = await open('/', { colorScheme: 'light' })
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  const toggle = page.getByRole('button', { name: 'Switch between light and dark' })
  await toggle.click()
  await expect.poll(ground).not.toBe(light)
  const dark = await ground()
  await page.reload({ waitUntil: 'commit' })
  await expect.poll(ground).toBe(dark)
  // The page shows before its buttons work.
  await connected(page)
  await toggle.click()
  await expect.poll(ground).toBe(light)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(ground).toBe(dark)
})

test('[page] a link with an id that can’t be is explained, with a way on', async () => {
  const page = await open(`/?s=${encodeURIComponent('no such id!')}`)
  await expect.poll(() => page.getByRole('main').getByRole('alert').count()).toBe(1)
  expect(await page.getByRole('textbox').count()).toBe(0)
  await page.getByRole('main').getByRole('button', { name: 'New session' }).click()
  await connected(page)
})

test('[page] nothing moves while it loads', async () => {
  const page = await open('/')
  await connected(page)
  const shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as { value: number }[]
          resolve(shifts.reduce((sum, { value }) => sum + value, 0))
        })
        observer.observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => resolve(0), 1_000)
      }),
  )
  expect(shift).toBeLessThan(0.001)
})

const SIZES = { desktop: [1280, 800], phone: [390, 844], narrow: [320, 568] } as const
test.each(Object.entries(SIZES))(
  '[page] it fits a %s, in either direction',
  async (_name, size) => {
    const [width, height] = size
    const page = await open('/', { viewport: { width, height }, hasTouch: width < 500 })
    await connected(page)
    await say(page, `/slow ${'long'.repeat(60)} \`${'code'.repeat(40)}\``)
    await expect.poll(() => page.locator('article').count()).toBe(2)
    for (const dir of ['ltr', 'rtl']) {
      const seen = await page.evaluate((direction) => {
        document.documentElement.dir = direction
        const controls = document.querySelectorAll('.bar button, .sk-composer, .name input')
        const outside = [...controls].filter((control) => {
          const { left, right, top, bottom } = control.getBoundingClientRect()
          return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight
        })
        return { outside: outside.length, wide: document.documentElement.scrollWidth }
      }, dir)
      expect(seen, dir).toEqual({ outside: 0, wide: width })
    }
  },
)

test.each(['light', 'dark'] as const)('[page] axe finds nothing in the %s look', async (look) => {
  const page = await open('/', { colorScheme: look })
  await connected(page)
  expect(await axe(page), 'empty').toEqual([])
  await say(page, '/tool and then some')
  await page.locator('article[data-role="assistant"][data-state="done"]').waitFor()
  expect(await axe(page), 'with messages').toEqual([])
})

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await world.browser.newContext(options)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  await page.goto(world.url + path)
  return page
}

async function connected(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.sk-status-label').textContent()).toContain('Connected')
}

async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill(text)
  await field.press('Enter')
}

function sessionOf(page: Page): string {
  return new URL(page.url()).searchParams.get('s') ?? ''
}

/** The rules of WCAG 2.2 AA that the page breaks, and where. */
async function axe(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself on the window
    const { violations } = await (window as any).axe.run()
    return violations.flatMap((violation: { id: string; nodes: { target: string[] }[] }) =>
      violation.nodes.map(({ target }) => `${violation.id}: ${target.join(' ')}`),
    )
  })
}
