/**
 * The demo's chat page as a person uses it: types, reads, reloads. Reads only what the page shows.
 */

import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Page } from 'playwright'
import { eventually } from './eventually.ts'

export interface Row {
  role: string
  state: string
  delivery: string
  text: string
}

export class ChatPage {
  readonly #context: BrowserContext
  readonly page: Page

  constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
  }

  /** Types and presses Enter; the message may wait for a line. */
  async typeAndEnter(text: string): Promise<void> {
    const input = this.page.getByRole('textbox', { name: 'Message' })
    await input.fill(text)
    await input.press('Enter')
  }

  /** Sends, and waits for the server's word. */
  async send(text: string): Promise<void> {
    await this.typeAndEnter(text)
    await eventually(
      () => this.rows(),
      (rows) => assert.ok(rows.some((row) => row.text === text && row.delivery === 'stored')),
    )
  }

  /** Stops the answer that is being written. */
  stop(): Promise<void> {
    return this.page.getByRole('button', { name: /stop/i }).click()
  }

  /** The feed from top to bottom. */
  rows(): Promise<Row[]> {
    return this.page.locator('article').evaluateAll((articles) =>
      articles.map((article) => ({
        role: (article as HTMLElement).dataset.role ?? '',
        state: (article as HTMLElement).dataset.state ?? '',
        delivery: (article as HTMLElement).dataset.delivery ?? '',
        text: article.querySelector('.sk-message-body')?.textContent?.trim() ?? '',
      })),
    )
  }

  /** The newest answer of the agent. */
  async answer(): Promise<Row | undefined> {
    return (await this.rows()).findLast((row) => row.role === 'assistant')
  }

  async answerLength(): Promise<number> {
    return (await this.answer())?.text.length ?? 0
  }

  waitForText(text: string): Promise<Row[]> {
    return eventually(
      () => this.rows(),
      (rows) =>
        assert.ok(
          rows.some((row) => row.text === text),
          `never showed: ${text}`,
        ),
      60_000,
    )
  }

  /** Waits until an answer has ended so. */
  waitForAnswer(state: string): Promise<Row[]> {
    return eventually(
      () => this.rows(),
      (rows) =>
        assert.ok(
          rows.some((row) => row.role === 'assistant' && row.state === state),
          `no answer became ${state}: ${JSON.stringify(rows.map((row) => row.state))}`,
        ),
      120_000,
    )
  }

  /** Milliseconds from the key press here to the text over there. */
  async keyPressTo(other: ChatPage, text: string): Promise<number> {
    const input = this.page.getByRole('textbox', { name: 'Message' })
    await input.fill(text)
    const shown = other.page.evaluate(
      (wanted) =>
        new Promise<void>((resolve) => {
          const isShown = () =>
            [...document.querySelectorAll('article')].some((article) =>
              article.textContent?.includes(wanted),
            )
          const observer = new MutationObserver(() => {
            if (!isShown()) return
            observer.disconnect()
            resolve()
          })
          observer.observe(document.body, { childList: true, subtree: true, characterData: true })
        }),
      text,
    )
    const pressedMs = performance.now()
    await input.press('Enter')
    await shown
    return performance.now() - pressedMs
  }

  async reload(): Promise<void> {
    await this.page.reload()
  }

  close(): Promise<void> {
    return this.#context.close()
  }
}

/** Opens the page as somebody new: own storage, own identity. */
export async function openChat(
  browser: Browser,
  url: string,
  sessionId: string,
  name: string,
): Promise<ChatPage> {
  const context = await browser.newContext({ viewport: { width: 900, height: 800 } })
  const page = await context.newPage()
  await page.goto(`${url}/?s=${sessionId}`)
  await page.getByRole('textbox', { name: 'Your name' }).fill(name)
  await page.keyboard.press('Enter')
  return new ChatPage(context, page)
}
