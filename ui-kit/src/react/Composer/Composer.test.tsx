import '../../styles/styles.css'
import { expect, onTestFinished, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession, type SessionOptions } from '../../session/index.ts'
import type { FakeServerOptions } from '../../testing/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { Composer } from './Composer.tsx'
import type { ComposerRootProps } from './ComposerRoot.tsx'

interface Given {
  server?: FakeServerOptions
  session?: Partial<SessionOptions>
  props?: ComposerRootProps
}

async function openComposer({ server, session: options, props }: Given = {}) {
  const bench = openBench(server)
  const session = createSession({ ...bench.options, ...options })
  onTestFinished(() => session.close())
  const tree = (
    <SessionProvider session={session}>
      <Composer {...props} />
    </SessionProvider>
  )
  const screen = await render(tree)
  await bench.pass(100)
  const input = screen.getByRole('textbox', { name: 'Message' }).element() as HTMLTextAreaElement
  const sent = () => session.getMessages().map(({ parts }) => (parts[0] as { text: string }).text)
  return { ...bench, session, screen, tree, input, sent }
}

test('Enter sends and keeps the focus, Shift+Enter breaks the line', async () => {
  const { input, sent } = await openComposer()
  await userEvent.click(input)
  await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two{Enter}')
  expect(sent()).toEqual(['one\ntwo'])
  expect(input.value).toBe('')
  expect(document.activeElement).toBe(input)
})

test('with submitOn="mod-enter" Enter breaks the line and Control+Enter sends', async () => {
  const { input, sent } = await openComposer({ props: { submitOn: 'mod-enter' } })
  await userEvent.click(input)
  await userEvent.keyboard('one{Enter}two{Control>}{Enter}{/Control}')
  expect(sent()).toEqual(['one\ntwo'])
})

test('the button sends, is off while there is nothing to send, and leaves the focus in the field', async () => {
  const { input, sent, screen } = await openComposer()
  const button = screen.getByRole('button', { name: 'Send' })
  await expect.element(button).toBeDisabled()
  await userEvent.fill(input, '   ')
  await expect.element(button).toBeDisabled()
  await userEvent.fill(input, 'by hand')
  await button.click()
  expect(sent()).toEqual(['by hand'])
  expect(document.activeElement).toBe(input)
})

test('Enter that belongs to an input method does not send', async () => {
  const { input, sent } = await openComposer()
  await userEvent.fill(input, 'にほん')
  const press = (init: KeyboardEventInit & { keyCode: number }) =>
    input.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }),
    )
  input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
  press({ keyCode: 229, isComposing: true })
  input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
  // Safari: the key comes after the end of the composition.
  press({ keyCode: 229, isComposing: false })
  expect(sent()).toEqual([])
  press({ keyCode: 13, isComposing: false })
  expect(sent()).toEqual(['にほん'])
})

test('Escape and Tab lose no text, and Tab leaves the field', async () => {
  const { input } = await openComposer()
  await userEvent.fill(input, 'half a thought')
  await userEvent.click(input)
  await userEvent.keyboard('{Escape}{Tab}')
  expect(input.value).toBe('half a thought')
  expect(document.activeElement).not.toBe(input)
})

test('a send that is refused keeps the text and says why, until the text changes', async () => {
  const { input, sent, screen } = await openComposer()
  const tooLong = 'x'.repeat(70_000)
  await userEvent.fill(input, tooLong)
  await userEvent.click(input)
  await userEvent.keyboard('{Enter}')
  expect(sent()).toEqual([])
  expect(input.value).toBe(tooLong)
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('Not sent: this message is too long')
  expect(input.getAttribute('aria-invalid')).toBe('true')
  await userEvent.fill(input, 'shorter')
  expect(screen.container.querySelector('[role=alert]')).toBeNull()
})

test('near the limit it says how much fits; over it nothing is lost and nothing is sent', async () => {
  const { input, sent, screen, pass, room } = await openComposer({
    server: { limits: { messageBytes: 100 } },
  })
  const root = screen.container.querySelector('form') as HTMLElement
  const shown = () => root.querySelector('.sk-composer-limit > :first-child')?.textContent
  const said: unknown[] = []
  const region = root.querySelector('.sk-composer-limit [role=status]') as HTMLElement
  new MutationObserver(() => said.push(region.textContent)).observe(region, {
    childList: true,
    characterData: true,
    subtree: true,
  })
  await userEvent.fill(input, 'x'.repeat(90))
  expect([shown(), root.dataset.near]).toEqual(['', undefined])
  await userEvent.fill(input, 'x'.repeat(95))
  expect(shown()).toBe('5 characters left')
  expect(input.getAttribute('aria-describedby')).toContain(region.previousElementSibling?.id)
  await userEvent.type(input, 'yyyyyzz')
  expect(shown()).toBe('2 characters too many')
  await expect.element(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
  expect(input.getAttribute('aria-invalid')).toBe('true')
  await userEvent.keyboard('{Enter}')
  expect(input.value).toBe(`${'x'.repeat(95)}yyyyyzz`)
  expect(screen.getByRole('alert').element().textContent).toBe('Not sent: this message is too long')
  await userEvent.keyboard('{Backspace}{Backspace}')
  expect(shown()).toBe('0 characters left')
  await userEvent.keyboard('{Enter}')
  await pass(100)
  expect(sent()).toEqual([`${'x'.repeat(95)}yyyyy`])
  expect(room.messages).toHaveLength(1)
  // Once for each, however many keys were pressed.
  expect(said).toEqual([
    'Nearly as long as a message may be',
    'Too long to be sent',
    'Nearly as long as a message may be',
    '',
  ])
})

test('the limit counts what the server counts: letters of several bytes', async () => {
  const { input, screen } = await openComposer({ server: { limits: { messageBytes: 90 } } })
  const shown = () =>
    screen.container.querySelector('.sk-composer-limit > :first-child')?.textContent
  await userEvent.fill(input, '日'.repeat(28))
  expect(shown()).toBe('2 characters left')
  await userEvent.fill(input, '日'.repeat(31))
  expect(shown()).toBe('1 character too many')
})

test('the draft survives a remount and is gone once it was sent', async () => {
  const { input, screen, tree, pass, sent } = await openComposer()
  await userEvent.fill(input, 'not yet finished')
  await screen.unmount()
  const again = await render(tree)
  await pass(20)
  const field = again.getByRole('textbox')
  await expect.element(field).toHaveValue('not yet finished')
  await userEvent.click(field)
  await userEvent.keyboard('{Enter}')
  expect(sent()).toEqual(['not yet finished'])
  await again.unmount()
  const third = await render(tree)
  await pass(20)
  await expect.element(third.getByRole('textbox')).toHaveValue('')
})

test('the draft of one session never shows in another', async () => {
  const { input, screen, pass } = await openComposer()
  await userEvent.fill(input, 'for the first')
  const other = openBench()
  const session = createSession(other.options)
  onTestFinished(() => session.close())
  await screen.rerender(
    <SessionProvider session={session}>
      <Composer />
    </SessionProvider>,
  )
  await pass(20)
  await expect.element(screen.getByRole('textbox')).toHaveValue('')
})

test('while the agent works it can be stopped, and the focus goes to the field', async () => {
  const { room, pass, screen, input, session } = await openComposer()
  room.status({ state: 'working' })
  const stream = room.stream('a long answer '.repeat(50), { tokensPerSecond: 10 })
  await pass(500)
  const stop = screen.getByRole('button', { name: 'Stop answering' })
  await stop.click()
  await pass(200)
  expect(session.getMessage(stream.id)?.state).toBe('cancelled')
  expect(document.activeElement).toBe(input)
})

test('a stop that can’t be heard is not offered', async () => {
  const { room, server, pass, screen, session } = await openComposer()
  const stops = () => screen.container.querySelectorAll('.sk-composer-stop').length
  room.status({ state: 'working' })
  await pass(100)
  expect(stops()).toBe(1)
  server.offline(true)
  await pass(50)
  expect(session.store.getState().agent.state).toBe('working')
  expect(stops()).toBe(0)
  server.offline(false)
  session.reconnect()
  await pass(500)
  expect(stops()).toBe(1)
})

test('typing is told to the others and ends with the send', async () => {
  const { session, pass, server, input } = await openComposer()
  const told: unknown[] = []
  server.onFrame(({ direction, data }) => {
    const frame = direction === 'toServer' ? JSON.parse(data as string) : {}
    if (frame.type === 'presence') told.push(frame.state)
  })
  await userEvent.click(input)
  await userEvent.keyboard('hi')
  await pass(50)
  await userEvent.keyboard('{Enter}')
  await pass(50)
  expect(told).toEqual([{ typing: true }, {}])
  expect(session.getMessages()).toHaveLength(1)
})

test('the field grows with its text and stops growing', async () => {
  const { input } = await openComposer()
  const one = input.offsetHeight
  await userEvent.fill(input, 'a\nb\nc\nd')
  const four = input.offsetHeight
  expect(four).toBeGreaterThan(one * 2)
  await userEvent.fill(input, 'line\n'.repeat(80))
  expect(input.offsetHeight).toBeLessThanOrEqual(224 + 1)
})

test('where CSS can’t let it grow, the component does', async () => {
  const supports = vi.spyOn(CSS, 'supports').mockReturnValue(false)
  onTestFinished(() => supports.mockRestore())
  const { input } = await openComposer()
  input.style.setProperty('field-sizing', 'fixed')
  await userEvent.fill(input, 'a')
  const one = input.offsetHeight
  await userEvent.fill(input, 'a\nb\nc\nd')
  expect(input.offsetHeight).toBeGreaterThan(one * 2)
  await userEvent.fill(input, '')
  expect(input.offsetHeight).toBe(one)
})

test('a viewer’s field says that they may only read, and takes no text', async () => {
  const { input, screen, session, sent, pass } = await openComposer({
    server: { admit: () => ({ user: { id: 'u_1', name: 'Vera' }, role: 'viewer' }) },
  })
  await expect.poll(() => input.readOnly).toBe(true)
  expect(input.placeholder).toBe('You may read here, but not write')
  const hint = document.getElementById(input.getAttribute('aria-describedby') ?? '')
  expect(hint?.textContent).toBe('You may read here, but not write')
  await userEvent.click(input)
  await userEvent.keyboard('may I?{Enter}')
  expect(input.value).toBe('')
  // Written before the role was known: it stays, and Enter says why.
  session.setDraft('may I?')
  await expect.element(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
  await userEvent.keyboard('{Enter}')
  await pass(20)
  expect(screen.getByRole('alert').element().textContent).toBe('Not sent: you may not write here')
  expect([input.value, sent()]).toEqual(['may I?', []])
})
