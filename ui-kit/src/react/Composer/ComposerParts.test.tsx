/** Parts of a composer put together by hand: their ids, the way of Enter, and buttons of one's own. */

import '../../styles/styles.css'
import { createRef, type ReactNode, type RefObject, useState } from 'react'
import { expect, onTestFinished, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { useComposer } from '../hooks/useComposer.ts'
import { Composer } from './Composer.tsx'
import { ComposerAttach } from './ComposerFiles.tsx'
import {
  ComposerHint,
  ComposerInput,
  ComposerLabel,
  ComposerLimit,
  ComposerSend,
  ComposerStop,
} from './ComposerParts.tsx'
import { ComposerRoot } from './ComposerRoot.tsx'

async function open(parts: ReactNode) {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(<SessionProvider session={session}>{parts}</SessionProvider>)
  await bench.pass(100)
  const input = screen.container.querySelector('textarea') as HTMLTextAreaElement
  const sent = () => session.getMessages().map(({ parts: [part] }) => part)
  const description = () =>
    (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent)
  return { ...bench, session, screen, input, sent, description }
}

test('ids of one’s own keep label, description and focus together', async () => {
  const upload = async () => ({ url: '/f' })
  const { input, description, screen, room, pass } = await open(
    <ComposerRoot upload={upload}>
      <ComposerLabel />
      <ComposerInput id="msg" />
      <ComposerHint id="how" />
      <ComposerLimit id="room" />
      <ComposerAttach id="clip" />
      <ComposerStop id="halt" />
    </ComposerRoot>,
  )
  expect(input.id).toBe('msg')
  expect([...(input.labels ?? [])].map((label) => label.textContent)).toEqual(['Message'])
  expect(description()).toEqual(['Enter sends, Shift and Enter make a new line'])
  await userEvent.fill(input, 'x'.repeat(65_000))
  expect(description()).toEqual([
    expect.stringContaining('Enter sends'),
    expect.stringMatching('left'),
  ])
  room.status({ state: 'working' })
  await pass(50)
  await screen.getByRole('button', { name: 'Stop answering' }).click()
  expect(document.activeElement).toBe(input)
})

function Parts() {
  const [isHinting, setHinting] = useState(true)
  return (
    <ComposerRoot>
      <ComposerInput aria-label="Message" />
      {isHinting && <ComposerHint />}
      <button type="button" onClick={() => setHinting((is) => !is)}>
        Toggle
      </button>
    </ComposerRoot>
  )
}

test('nothing points to a part that isn’t there, or no more', async () => {
  const { input, description, screen } = await open(<Parts />)
  await userEvent.fill(input, 'x'.repeat(65_000))
  expect(description()).toEqual([expect.stringContaining('Enter sends')])
  const toggle = screen.getByRole('button', { name: 'Toggle' })
  await toggle.click()
  expect(input.hasAttribute('aria-describedby')).toBe(false)
  await toggle.click()
  expect(description()).toEqual([expect.stringContaining('Enter sends')])
})

test('Enter goes past onSubmit like the button, which may prevent it', async () => {
  const isBusy = { now: true }
  const onSubmit = vi.fn((event: { preventDefault(): void }) => {
    if (isBusy.now) event.preventDefault()
  })
  const { input, sent, screen } = await open(<Composer onSubmit={onSubmit} />)
  await userEvent.fill(input, 'hello')
  await userEvent.click(input)
  await userEvent.keyboard('{Enter}')
  await screen.getByRole('button', { name: 'Send' }).click()
  expect(onSubmit).toHaveBeenCalledTimes(2)
  expect([sent(), input.value]).toEqual([[], 'hello'])
  isBusy.now = false
  await userEvent.click(input)
  await userEvent.keyboard('{Enter}')
  expect(onSubmit).toHaveBeenCalledTimes(3)
  expect([sent(), input.value]).toEqual([[{ type: 'text', text: 'hello' }], ''])
})

test('Enter sends where the root is no form, and leaves the form around it alone', async () => {
  const onSubmit = vi.fn((event: { preventDefault(): void }) => event.preventDefault())
  const { input, sent } = await open(
    <form onSubmit={onSubmit}>
      <ComposerRoot render={<section />}>
        <ComposerInput aria-label="Message" />
      </ComposerRoot>
    </form>,
  )
  await userEvent.click(input)
  await userEvent.keyboard('hello{Enter}')
  expect(sent()).toEqual([{ type: 'text', text: 'hello' }])
  expect(onSubmit).not.toHaveBeenCalled()
})

function Suggestion() {
  const { setText, send } = useComposer()
  return (
    <button
      type="button"
      onClick={() => {
        setText('How deep is it?')
        send()
      }}
    >
      Suggest
    </button>
  )
}

test('a button beside the field writes into it, and sends at once what it wrote', async () => {
  const { session, input, sent, screen } = await open(
    <>
      <Suggestion />
      <Composer />
    </>,
  )
  session.setDraft('from anywhere')
  await expect.poll(() => input.value).toBe('from anywhere')
  await screen.getByRole('button', { name: 'Suggest' }).click()
  expect(sent()).toEqual([{ type: 'text', text: 'How deep is it?' }])
  expect(input.value).toBe('')
})

test('a refused suggestion stands in the field with the reason', async () => {
  const { session, input, sent, screen } = await open(
    <>
      <Suggestion />
      <Composer />
    </>,
  )
  session.close()
  await screen.getByRole('button', { name: 'Suggest' }).click()
  expect([sent(), input.value]).toEqual([[], 'How deep is it?'])
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('Not sent: this session was closed')
})

function Emoji({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  const { setText } = useComposer()
  return (
    <button
      type="button"
      onClick={() => {
        const input = field.current as HTMLTextAreaElement
        input.setRangeText('🌊', input.selectionStart, input.selectionEnd, 'end')
        setText(input.value)
        input.focus()
      }}
    >
      Wave
    </button>
  )
}

test('words put in at the caret leave it behind them', async () => {
  const field = createRef<HTMLTextAreaElement>()
  const { session, input, screen } = await open(
    <ComposerRoot>
      <ComposerInput render={<textarea ref={field} />} aria-label="Message" />
      <Emoji field={field} />
      <ComposerSend />
    </ComposerRoot>,
  )
  await userEvent.fill(input, 'ab')
  input.setSelectionRange(1, 1)
  await screen.getByRole('button', { name: 'Wave' }).click()
  await userEvent.keyboard('!')
  expect([input.value, session.getDraft()]).toEqual(['a🌊!b', 'a🌊!b'])
})

test('a button is round with its icon, and as wide as words of yours', async () => {
  const upload = async () => ({ url: '/f' })
  const { screen, room, pass } = await open(
    <ComposerRoot upload={upload}>
      <ComposerAttach />
      <ComposerSend />
      <ComposerStop />
      <ComposerSend>Send this message now</ComposerSend>
      <ComposerStop>Stop</ComposerStop>
    </ComposerRoot>,
  )
  room.status({ state: 'working' })
  await pass(50)
  const buttons = [...screen.container.querySelectorAll('button')]
  expect(buttons.map(({ offsetWidth, offsetHeight }) => offsetWidth === offsetHeight)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  for (const button of buttons) {
    const words = document.createRange()
    words.selectNodeContents(button)
    expect(words.getBoundingClientRect().width).toBeLessThan(button.clientWidth)
    expect(words.getClientRects()).toHaveLength(1)
  }
})
