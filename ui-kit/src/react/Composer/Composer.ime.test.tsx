/**
 * Enter and an input method, in the orders in which browsers tell of them. The browser composes
 * itself, by its own protocol, so that its flags and key codes are real ones; what another
 * browser does after its composition is done after this one's.
 */

import { expect, onTestFinished, test } from 'vitest'
import { cdp } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { Composer } from './Composer.tsx'

interface Protocol {
  send(method: string, params: Record<string, unknown>): Promise<unknown>
}

const IME_KEY = 229
const ENTER_KEY = 13

async function openComposer() {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      <Composer />
    </SessionProvider>,
  )
  await bench.pass(100)
  const input = screen.getByRole('textbox').element() as HTMLTextAreaElement
  input.focus()
  const keys: string[] = []
  const seen = (event: Event) => keys.push(event.type.slice('composition'.length))
  for (const type of ['compositionstart', 'compositionend']) input.addEventListener(type, seen)
  input.addEventListener('keydown', ({ keyCode, isComposing }) => {
    keys.push(isComposing ? `${keyCode} composing` : `${keyCode}`)
  })
  const browser = cdp() as unknown as Protocol
  return {
    input,
    /** what the page was told */
    keys,
    sent: () => session.getMessages().map(({ parts }) => (parts[0] as { text: string }).text),
    compose: (text: string) =>
      browser.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    commit: (text: string) => browser.send('Input.insertText', { text }),
    async enter(windowsVirtualKeyCode: number) {
      const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode }
      await browser.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
      await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
    },
  }
}

test('Chromium and Firefox: the Enter that confirms comes before the end', async () => {
  const { input, keys, sent, compose, commit, enter } = await openComposer()
  await compose('にほ')
  await compose('にほん')
  await enter(IME_KEY)
  await commit('日本')
  expect(keys).toEqual(['start', '229 composing', 'end'])
  expect(sent()).toEqual([])
  expect(input.value).toBe('日本')
  await enter(ENTER_KEY)
  expect(sent()).toEqual(['日本'])
})

test('an input method that leaves the key code alone: the flag tells', async () => {
  const { keys, sent, compose, commit, enter } = await openComposer()
  await compose('ni')
  await enter(ENTER_KEY)
  expect(keys).toEqual(['start', '13 composing'])
  expect(sent()).toEqual([])
  await commit('你')
  await enter(ENTER_KEY)
  expect(sent()).toEqual(['你'])
})

test('Safari, and some methods in Chromium: the end comes first, then key code 229', async () => {
  const { keys, sent, compose, commit, enter } = await openComposer()
  await compose('さくら')
  await commit('桜')
  await enter(IME_KEY)
  expect(keys).toEqual(['start', 'end', '229'])
  expect(sent()).toEqual([])
  await enter(ENTER_KEY)
  expect(sent()).toEqual(['桜'])
})

test('the flag stays up after the end was told: Enter sends', async () => {
  const { input, keys, sent, compose, enter } = await openComposer()
  await compose('한')
  input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
  await enter(ENTER_KEY)
  expect(keys).toEqual(['start', 'end', '13 composing'])
  expect(sent()).toEqual(['한'])
})

test('an end that never reaches the page: a plain Enter repairs it and sends', async () => {
  const { keys, input, sent, compose, commit, enter } = await openComposer()
  const swallow = (event: Event) => event.stopImmediatePropagation()
  addEventListener('compositionend', swallow, { capture: true })
  onTestFinished(() => removeEventListener('compositionend', swallow, { capture: true }))
  await compose('か')
  await commit('蚊')
  expect(keys).toEqual(['start'])
  await enter(ENTER_KEY)
  expect(sent()).toEqual(['蚊'])
  expect(input.value).toBe('')
})

test('a composition given up leaves nothing behind', async () => {
  const { sent, input, compose, commit, enter } = await openComposer()
  await commit('a')
  await compose('ば')
  await compose('')
  await enter(ENTER_KEY)
  expect(sent()).toEqual(['a'])
  expect(input.value).toBe('')
})
