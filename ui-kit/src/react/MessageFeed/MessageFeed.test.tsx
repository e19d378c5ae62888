import '../../styles/styles.css'
import { expect, onTestFinished, test } from 'vitest'
import { cdp } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { Markdown } from '../../markdown/Markdown.tsx'
import { createSession, type SessionOptions } from '../../session/index.ts'
import type { FakeServerOptions, HistoryEntry } from '../../testing/index.ts'
import { SessionProvider, type SessionProviderProps } from '../hooks/SessionProvider.tsx'
import { MessageFeed } from './MessageFeed.tsx'
import type { PartRenderers } from './PartRenderers.ts'

const DAY = Date.UTC(2026, 2, 4, 10)
const MINUTE = 60_000

interface Given {
  server?: FakeServerOptions
  session?: Partial<SessionOptions>
  history?: HistoryEntry[]
  renderers?: PartRenderers
  provider?: Partial<SessionProviderProps>
}

async function openFeed({
  server,
  session: options,
  history = [],
  renderers,
  provider,
}: Given = {}) {
  const bench = openBench(server)
  bench.room.history(history)
  const session = createSession({ ...bench.options, ...options })
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session} locale="en-GB" timeZone="Europe/Berlin" {...provider}>
      <MessageFeed renderers={renderers} />
    </SessionProvider>,
  )
  const { container } = screen
  const all = (selector: string) =>
    [...container.querySelectorAll<HTMLElement>(selector)].map((element) => element.textContent)
  return { ...bench, session, screen, container, all }
}

test('loading, then empty, then the messages', async () => {
  const { all, pass, room } = await openFeed()
  expect(all('.sk-feed-notice')).toEqual(['Loading messages'])
  await pass(100)
  expect(all('.sk-feed-notice')).toEqual(['No messages yet. Say something to begin.'])
  room.post('Hello')
  await pass(100)
  expect(all('.sk-feed-notice')).toEqual([])
  expect(all('.sk-text')).toEqual(['Hello'])
})

test('without a connection the feed says that messages can’t be loaded', async () => {
  const { all, pass, server } = await openFeed()
  server.offline(true)
  await pass(10_000)
  expect(all('.sk-feed-notice')[0]).toMatch(/^Messages can’t be loaded/)
})

test('messages of one author within 5 minutes are one group; every message keeps its name', async () => {
  const { container, pass, screen } = await openFeed({
    history: [
      { text: 'a', createdAt: DAY },
      { text: 'b', createdAt: DAY + 4 * MINUTE },
      { text: 'c', createdAt: DAY + 10 * MINUTE },
      { text: 'd', createdAt: DAY + 11 * MINUTE, author: 'Grace' },
    ],
  })
  await pass(100)
  const messages = [...container.querySelectorAll('article')]
  expect(messages.map((message) => message.hasAttribute('data-first'))).toEqual([
    true,
    false,
    true,
    true,
  ])
  await expect.element(screen.getByRole('article', { name: 'Ada 11:04' })).toBeInTheDocument()
})

test('an answer begins a group: another try at a question is not more of the first', async () => {
  const { container, pass } = await openFeed({
    history: [
      { text: 'why?', createdAt: DAY },
      { text: 'because', role: 'assistant', createdAt: DAY + 1_000 },
      { text: 'because of that', role: 'assistant', createdAt: DAY + 2_000 },
    ],
  })
  await pass(100)
  const messages = [...container.querySelectorAll('article')]
  expect(messages.map((message) => message.hasAttribute('data-first'))).toEqual([true, true, true])
})

test('days are separated in the reader’s zone, and times name their moment', async () => {
  const { all, pass, container } = await openFeed({
    history: [
      { text: 'late', createdAt: Date.UTC(2026, 2, 4, 22, 30) },
      { text: 'past midnight in Berlin', createdAt: Date.UTC(2026, 2, 4, 23, 30) },
    ],
    provider: { locale: 'en-GB', timeZone: 'Europe/Berlin' },
  })
  await pass(100)
  expect(all('.sk-day')).toEqual(['Wednesday 4 March', 'Thursday 5 March'])
  expect(all('.sk-message-time')).toEqual(['23:30', '00:30'])
  expect(container.querySelector('.sk-message-time')?.getAttribute('datetime')).toBe(
    '2026-03-04T22:30:00.000Z',
  )
})

test('how an answer ended is said in words', async () => {
  const { all, pass } = await openFeed({
    history: [
      { role: 'assistant', text: 'a', state: 'done' },
      { role: 'assistant', text: 'b', state: 'cancelled' },
      { role: 'assistant', text: 'c', state: 'interrupted' },
      { role: 'assistant', text: 'd', state: 'error', error: { code: 'x', message: 'no model' } },
      { role: 'assistant', state: 'deleted', parts: [] },
    ],
  })
  await pass(100)
  expect(all('.sk-message-end')).toEqual([
    'Stopped',
    'Interrupted: the answer was cut off here',
    'Failed: no model',
    'This message was deleted',
  ])
})

test('the last answer that was cut can be tried again, once, by whoever may write', async () => {
  const { all, pass, room, screen, session, container } = await openFeed({
    server: { agent: () => 'The whole of it.' },
    history: [
      { text: 'a question' },
      { role: 'assistant', text: 'an old one', state: 'interrupted' },
      { id: 'asked', text: 'another question' },
      {
        role: 'assistant',
        replyTo: 'asked',
        text: 'half of',
        state: 'error',
        error: { code: 'x', message: 'no' },
      },
    ],
  })
  await pass(100)
  expect(all('.sk-message-end button')).toEqual(['Try again'])
  await screen.getByRole('button', { name: 'Try again' }).click()
  expect(document.activeElement).toBe(container.querySelector('.sk-feed-viewport'))
  await pass(5_000)
  expect(room.messages).toHaveLength(5)
  expect(all('.sk-text').at(-1)).toBe('The whole of it.')
  expect(all('.sk-message-end button')).toEqual([])
  expect(session.store.getState().outbox).toEqual([])
})

test('who may only read is offered no other try', async () => {
  const { all, pass } = await openFeed({
    server: { admit: () => ({ user: { id: 'v', name: 'Vera' }, role: 'viewer' }) },
    history: [
      { id: 'asked', text: 'a question' },
      { role: 'assistant', replyTo: 'asked', text: 'half', state: 'cancelled' },
    ],
  })
  await pass(100)
  expect(all('.sk-message-end')).toEqual(['Stopped'])
})

test('an own message is queued while the line is down, and becomes the stored row in place', async () => {
  const { all, pass, server, session, container } = await openFeed()
  await pass(100)
  server.offline(true)
  await pass(50)
  session.send('written in a tunnel')
  await pass(100)
  expect(all('.sk-message-delivery')).toEqual(['Waiting to be sent'])
  const row = container.querySelector('article')
  server.offline(false)
  session.reconnect()
  await pass(500)
  expect(all('.sk-message-delivery')).toEqual([])
  expect(container.querySelector('article')).toBe(row)
  expect(row?.dataset.delivery).toBe('stored')
})

test('a refused message alerts, and can be sent again or discarded', async () => {
  const { all, pass, server, session, screen } = await openFeed()
  await pass(100)
  server.nackNext('forbidden')
  session.send('not today')
  await pass(200)
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('Not sent: you may not write here')
  await screen.getByRole('button', { name: 'Retry' }).click()
  await pass(200)
  expect(all('.sk-message-delivery')).toEqual([])
  server.nackNext('forbidden')
  session.send('never mind')
  await pass(200)
  await screen.getByRole('button', { name: 'Discard' }).click()
  await pass(100)
  expect(all('.sk-text')).toEqual(['not today'])
})

test.each(['too_large', 'conflict'] as const)(
  'what is refused as %s can be discarded only, since a retry would be the same',
  async (code) => {
    const { all, pass, server, session } = await openFeed()
    await pass(100)
    server.nackNext(code)
    session.send('at length')
    await pass(200)
    expect(all('.sk-message-delivery button')).toEqual(['Discard'])
  },
)

test('on paper there is nothing to press, and nothing grows', async () => {
  const { pass, server, session, room, container } = await openFeed({
    history: [
      { id: 'asked', text: 'a question' },
      { role: 'assistant', replyTo: 'asked', text: '```\na\n```', state: 'cancelled' },
    ],
    renderers: { text: ({ part }) => <Markdown text={part.text} /> },
  })
  await pass(100)
  server.nackNext('forbidden')
  session.send('not today')
  const shown = () =>
    [...container.querySelectorAll('button, .sk-markdown > p')]
      .filter((each) => each.checkVisibility())
      .filter(
        (each) => each.matches('button') || getComputedStyle(each, '::after').content !== 'none',
      )
      .map((each) => each.textContent)
  await pass(200)
  expect(shown()).toEqual(['Copy code', 'Try again', 'Retry', 'Discard'])
  room.stream([{ type: 'text', text: 'one two three four five six' }], { tokensPerSecond: 5 })
  await pass(700)
  expect(shown()).toEqual(['Copy code', expect.stringMatching(/^one /), 'Retry', 'Discard'])
  const browser = cdp() as unknown as { send(method: string, given: object): Promise<unknown> }
  onTestFinished(() => browser.send('Emulation.setEmulatedMedia', { media: '' }) as Promise<void>)
  await browser.send('Emulation.setEmulatedMedia', { media: 'print' })
  expect(shown()).toEqual([])
})

const PARTS = [
  { type: 'reasoning', text: 'Let me see.' },
  { type: 'tool', callId: '1', name: 'search', state: 'done', input: { q: 1 }, output: 'found' },
  {
    type: 'file',
    url: 'https://x.test/a.pdf',
    name: 'a.pdf',
    mediaType: 'application/pdf',
    size: 2_500,
  },
  { type: 'data', name: 'poll', value: { yes: 3 } },
  { type: 'hologram', depth: 3 },
  { type: 'text', text: 'Here you are.' },
]

test('every part is shown, one that nobody knows too, and no markup is ever made of text', async () => {
  const { all, pass, container } = await openFeed({
    history: [
      { role: 'assistant', parts: PARTS as never },
      { role: 'assistant', text: '<img src=x onerror=alert(1)><b>bold</b>' },
    ],
  })
  await pass(100)
  expect(all('.sk-part > *')).toEqual([
    'Reasoning3 wordsLet me see.',
    expect.stringMatching(/^searchdoneInput\{\s+"q": 1\s+\}Outputfound$/),
    'a.pdfPDF · 2.5 kB',
    expect.stringMatching(/^pollDetails/),
    expect.stringMatching(/^This version can’t show “hologram”/),
    'Here you are.',
    '<img src=x onerror=alert(1)><b>bold</b>',
  ])
  expect(container.querySelector('img, b')).toBeNull()
})

test('each renderer can be replaced', async () => {
  const { all, pass } = await openFeed({
    history: [{ role: 'assistant', parts: PARTS as never }],
    renderers: {
      text: ({ part }) => <p className="mine">{part.text.toUpperCase()}</p>,
      data: ({ part }) => <p className="mine">{JSON.stringify(part.value)}</p>,
      unknown: ({ part }) => <p className="mine">{part.type}</p>,
    },
  })
  await pass(100)
  expect(all('.mine')).toEqual(['{"yes":3}', 'hologram', 'HERE YOU ARE.'])
})

test('a renderer knows whose text it is', async () => {
  const { all, pass } = await openFeed({
    history: [{ text: 'asked' }, { role: 'assistant', text: 'told' }],
    renderers: { text: ({ part, role }) => <p className="mine">{`${role} ${part.text}`}</p> },
  })
  await pass(100)
  expect(all('.mine')).toEqual(['user asked', 'assistant told'])
})

test('an answer without a word yet shows that it comes; then its text, and where it grows', async () => {
  const { all, pass, room, container } = await openFeed()
  await pass(100)
  const stream = room.stream([{ type: 'text', text: 'one two three four five six' }], {
    tokensPerSecond: 5,
  })
  stream.pause()
  await pass(100)
  expect(all('.sk-awaited')).toEqual(['Answering'])
  stream.resume()
  await pass(1_000)
  expect(all('.sk-awaited')).toEqual([])
  expect(container.querySelectorAll('.sk-part[data-streaming]')).toHaveLength(1)
  await pass(3_000)
  expect(container.querySelectorAll('.sk-part[data-streaming]')).toHaveLength(0)
  expect(all('.sk-text')).toEqual(['one two three four five six'])
})

test('a page of older history that fails can be asked for again', async () => {
  const { all, pass, server, session, screen } = await openFeed({
    history: Array.from({ length: 130 }, (_, i) => ({ text: `m${i}` })),
    session: {},
  })
  server.ignoreNext('page', 1)
  await pass(100)
  await expect.poll(() => all('.sk-feed-older')).toEqual(['Loading older messages'])
  await pass(40_000)
  expect(session.store.getState().history.phase).toBe('error')
  await screen.getByRole('button', { name: 'Load again' }).click()
  await pass(500)
  expect(session.store.getState().keys).toHaveLength(130)
  expect(all('.sk-feed-older')).toEqual(['Beginning of the conversation'])
})

test('all words come from the strings object', async () => {
  const { all, pass } = await openFeed({
    history: [{ role: 'assistant', text: 'b', state: 'cancelled' }],
    provider: { strings: { cancelled: 'Angehalten' }, locale: 'de' },
  })
  await pass(100)
  expect(all('.sk-message-end span')).toEqual(['Angehalten'])
})
