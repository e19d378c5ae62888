import { createRequire } from 'node:module'
import { createSession } from '@session-kit/ui-kit/session'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { connected, openPages, rename, say } from '../e2e/openPages.ts'

const { url, open } = openPages()

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

test('[page] the browser’s own bars have the colour of the look that was chosen', async () => {
  const page = await open('/', { colorScheme: 'light' })
  await connected(page)
  const color = () =>
    page.evaluate(() => {
      const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')]
      return metas.find(({ media }) => matchMedia(media || 'all').matches)?.content
    })
  const toggle = page.getByRole('button', { name: 'Switch between light and dark' })
  expect(await color()).toBe('#fdfdfc')
  await toggle.click()
  expect(await color()).toBe('#111518')
  await page.reload()
  await expect.poll(color).toBe('#111518')
  await connected(page)
  await toggle.click()
  expect(await color()).toBe('#fdfdfc')
})

test('[page] who asks for more contrast gets it around the conversation, too', async () => {
  const page = await open('/', { contrast: 'more' })
  const colors = await page.evaluate(() => {
    const of = (selector: string) => getComputedStyle(document.querySelector(selector) as Element)
    return [of('.bar').borderBottomColor, of('.copy').borderTopColor, of('.foot').color]
  })
  const ink = await page.evaluate(() => getComputedStyle(document.body).color)
  expect(colors).toEqual([ink, ink, ink])
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

test('[page] the bar holds eight people and every status, from 320 px on', async () => {
  const people = ['Bo', 'Cy', 'Di', 'Ed', 'Fay', 'Gus', 'Hal'].map((name) =>
    createSession({ url: url(), sessionId: 'crowd', name, storage: null }),
  )
  const page = await open('/?s=crowd')
  let endWith: number | undefined
  const ends: ((code: number) => void)[] = []
  await page.routeWebSocket(/websocket/, (route) => {
    if (endWith !== undefined) return void route.close({ code: endWith })
    ends.push((code) => void route.close({ code }))
    route.connectToServer()
  })
  await page.reload()
  await connected(page)
  await expect.poll(() => page.locator('.sk-presence-more').textContent()).toBe('+5')
  const end = (code: number) => {
    endWith = code
    for (const one of ends.splice(0)) one(code)
  }
  const offends = async (view: string) => {
    await page.locator(`.sk-status[data-view="${view}"]`).waitFor()
    for (const width of [320, 360, 390, 700, 1_024]) {
      await page.setViewportSize({ width, height: 700 })
      expect(await page.evaluate(outOfBar), `${view}, ${width} px`).toEqual([])
    }
  }
  await offends('live')
  end(4_000)
  await offends('reconnecting')
  await offends('lost')
  await page.context().setOffline(true)
  await offends('paused')
  await page.context().setOffline(false)
  end(4_403)
  await offends('ended')
  for (const one of people) one.close()
})

test('[page] a name without spaces leaves the time its room', async () => {
  const ada = await open('/?s=long-name')
  const ben = await open('/?s=long-name', { viewport: { width: 320, height: 600 } })
  await connected(ada)
  await connected(ben)
  await rename(ada, 'W'.repeat(64))
  await expect.poll(() => ben.locator('.sk-presence').textContent()).toContain('WWWW')
  await say(ada, 'Short')
  const time = await ben
    .locator('article')
    .first()
    .locator('.sk-message-time')
    .evaluate((element) => {
      const { right, height } = element.getBoundingClientRect()
      return { isInside: right <= innerWidth - 16, height }
    })
  expect(time).toEqual({ isInside: true, height: 20 })
})

test('[page] all of a conversation can be printed', async () => {
  const page = await open('/?s=printed')
  await connected(page)
  await say(page, `First\n${'line\n'.repeat(150)}`)
  await page.locator('article[data-role="assistant"][data-state="done"]').waitFor()
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
  expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(4)
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('textbox').count()).toBe(0)
})

test.each(['light', 'dark'] as const)('[page] axe finds nothing in the %s look', async (look) => {
  const page = await open('/', { colorScheme: look })
  await connected(page)
  expect(await axe(page), 'empty').toEqual([])
  await say(page, '/tool and then some')
  await page.locator('article[data-role="assistant"][data-state="done"]').waitFor()
  expect(await axe(page), 'with messages').toEqual([])
})

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

/** What of the bar is beyond the page's edges, or covers its neighbour. */
function outOfBar(): string[] {
  const all = [...document.querySelectorAll('.bar > *, .bar button, .bar .sk-presence-more')]
  const shown = all.filter((element) => element.getClientRects().length > 0)
  const beyond = shown.filter((element) => {
    const { left, right } = element.getBoundingClientRect()
    return left < 0 || right > innerWidth
  })
  const inRow = shown.filter(
    (element) =>
      element.parentElement?.matches('.bar') && getComputedStyle(element).position !== 'absolute',
  )
  const covering = inRow.filter((element, index) => {
    const before = inRow[index - 1]?.getBoundingClientRect().right ?? 0
    return element.getBoundingClientRect().left < before
  })
  const wide = document.documentElement.scrollWidth > innerWidth ? ['page'] : []
  return [...wide, ...[...beyond, ...covering].map(({ className }) => className)]
}
