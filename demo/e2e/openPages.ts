/** What tests of the page start from: a world, and pages in it that may complain of nothing. */

import type { BrowserContextOptions, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { openWorld } from './openWorld.ts'

export interface Pages {
  /** origin of page, API and sockets */
  url(): string
  /** In a context of its own, closed after the test. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>
}

/** To be called once, at the top of a test file. */
export function openPages(): Pages {
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

  return {
    url: () => world.url,
    async open(path, options = {}) {
      const context = await world.browser.newContext(options)
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        // That a line is down, or that a page isn't there, is the browser's to say.
        const isNews = /^WebSocket connection to|status of 404/.test(message.text())
        if (!isNews && ['error', 'warning'].includes(message.type()))
          complaints.push(message.text())
      })
      await page.goto(world.url + path)
      return page
    },
  }
}

export async function connected(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.sk-status-label').textContent()).toContain('Connected')
}

export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill(text)
  await field.press('Enter')
}

export async function rename(page: Page, name: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Your name' })
  await field.fill(name)
  await field.press('Enter')
}
