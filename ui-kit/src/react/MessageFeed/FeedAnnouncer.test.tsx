import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createStorage } from '../../../test/createStorage.ts'
import { createSession } from '../../session/index.ts'
import { recordAnnouncements } from '../../testing/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import type { FeedRootProps } from './FeedRoot.tsx'
import { MessageFeed } from './MessageFeed.tsx'

interface LogOptions extends Pick<FeedRootProps, 'announce'> {
  history?: number
  feeds?: number
}

/** What a screen reader is given: each text that is added to the log, once. */
async function openLog({ history = 5, feeds = 1, ...props }: LogOptions = {}) {
  const bench = openBench()
  bench.room.history(Array.from({ length: history }, (_, i) => ({ text: `Old ${i}` })))
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      {Array.from({ length: feeds }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they stay in order
        <MessageFeed key={index} {...props} />
      ))}
    </SessionProvider>,
  )
  const log = screen.container.querySelector('[role=log]') as HTMLElement
  const recorder = recordAnnouncements(screen.container)
  onTestFinished(() => recorder.stop())
  expect(log.textContent).toBe('')
  await bench.pass(3_000)
  return { ...bench, session, screen, recorder, log }
}

test('history is not announced, nor what one says oneself', async () => {
  const { recorder, session, pass } = await openLog()
  session.send('my own words')
  await pass(3_000)
  expect(recorder.heard).toEqual([])
})

test('an answer is announced when it begins, and when it is finished, without Markdown signs', async () => {
  const { room, recorder, pass } = await openLog()
  room.stream('**Yes**, see [the guide](https://example.com). It `works`.', { tokensPerSecond: 5 })
  await pass(500)
  expect(recorder.heard).toEqual([])
  await pass(1_000)
  expect(recorder.heard).toEqual(['Agent is answering'])
  await pass(4_000)
  expect(recorder.heard).toEqual(['Agent is answering', 'Agent: Yes, see the guide. It works.'])
})

test('the first message of an empty session is announced', async () => {
  const { room, recorder, pass } = await openLog({ history: 0 })
  room.post('Hello?', 'Ada')
  await pass(2_000)
  expect(recorder.heard).toEqual(['Ada: Hello?'])
})

test('several within a second become their number', async () => {
  const { room, recorder, pass } = await openLog()
  for (const text of ['one', 'two', 'three']) room.post(text, 'Ada')
  await pass(2_000)
  room.post('four', 'Grace')
  await pass(2_000)
  expect(recorder.heard).toEqual(['3 new messages', 'Grace: four'])
})

test('how an answer was cut is said with it', async () => {
  const { room, recorder, pass, session } = await openLog()
  const stream = room.stream('one two three four five six seven eight', { tokensPerSecond: 5 })
  await pass(1_000)
  session.cancel(stream.id)
  await pass(2_000)
  expect(recorder.heard).toHaveLength(1)
  expect(recorder.heard[0]).toMatch(/^Agent: one .*\. Stopped$/)
})

test('a long answer is said to begin once, a short one not at all', async () => {
  const { room, recorder, pass } = await openLog()
  room.stream('word '.repeat(100), { tokensPerSecond: 5 })
  await pass(15_000)
  room.stream('short', { tokensPerSecond: 20 })
  await pass(3_000)
  expect(recorder.heard).toEqual(['Agent is answering', 'Agent: short'])
})

test('a summary says that it is complete; off says nothing', async () => {
  const summary = await openLog({ announce: 'summary' })
  summary.room.stream('one two three', { tokensPerSecond: 2 })
  await summary.pass(4_000)
  summary.room.post('Hello', 'Ada')
  await summary.pass(2_000)
  expect(summary.recorder.heard).toEqual([
    'Agent is answering',
    'Agent: Reply complete',
    'Ada: 1 new message',
  ])
  await summary.screen.unmount()
  const off = await openLog({ announce: 'off' })
  off.room.post('Hello', 'Ada')
  await off.pass(2_000)
  expect(off.recorder.heard).toEqual([])
})

test('what comes while a message of one’s own waits or was refused is announced', async () => {
  const { room, recorder, server, session, pass } = await openLog()
  server.nackNext('forbidden')
  session.send('refused')
  await pass(2_000)
  room.post('behind a refused one', 'Ada')
  await pass(2_000)
  server.offline(true)
  await pass(500)
  session.send('mine')
  room.post('while I was away', 'Ada')
  await pass(2_000)
  server.offline(false)
  await pass(20_000)
  expect(
    session
      .getMessages()
      .map(({ delivery }) => delivery)
      .slice(-2),
  ).toEqual(['stored', 'failed'])
  expect(recorder.heard).toEqual([
    'Not sent: you may not write here',
    'Ada: behind a refused one',
    'Ada: while I was away',
  ])
})

test('what is told in the words of a message has its language', async () => {
  const { room, log, pass } = await openLog()
  const say = async (text: string, lang: string) => {
    room.history([{ text, role: 'assistant', meta: { lang } }])
    await pass(2_000)
  }
  await say('Guten Tag', 'de')
  await say('Hello', 'no language at all')
  await say('', 'de')
  const told = [...log.querySelectorAll('p')].map(({ textContent, lang }) => [textContent, lang])
  expect(told).toEqual([
    ['Agent: Guten Tag', 'de'],
    ['Agent: Hello', ''],
    ['Agent: Reply complete', ''],
  ])
})

test('of another session nothing stays: the feed begins silent and empty', async () => {
  const { room, recorder, server, session, pass, screen, log } = await openLog()
  room.post('Hello', 'Ada')
  await pass(2_000)
  server.nackNext('forbidden')
  session.send('refused')
  await pass(2_000)
  expect(screen.container.querySelectorAll('[role=alert]')).toHaveLength(1)
  const heard = [...recorder.heard]
  const other = openBench()
  other.room.history([{ text: 'Old' }])
  const next = createSession(other.options)
  onTestFinished(() => next.close())
  await screen.rerender(
    <SessionProvider session={next}>
      <MessageFeed key={0} />
    </SessionProvider>,
  )
  await other.pass(3_000)
  expect(log.isConnected).toBe(true)
  expect(log.textContent).toBe('')
  expect(screen.container.querySelector('[role=alert]')).toBe(null)
  expect(recorder.heard).toEqual(heard)
  other.room.post('And here?', 'Grace')
  await other.pass(2_000)
  expect(log.textContent).toBe('Grace: And here?')
})

test('two feeds of one session say everything once', async () => {
  const { room, recorder, server, session, pass } = await openLog({ feeds: 2 })
  room.post('Hello', 'Ada')
  await pass(2_000)
  server.nackNext('forbidden')
  session.send('refused')
  await pass(2_000)
  expect(recorder.heard).toEqual(['Ada: Hello', 'Not sent: you may not write here'])
})

test('a feed that is silent, or not on show, leaves the speaking to the next', async () => {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      <MessageFeed announce="off" />
      <div style={{ display: 'none' }}>
        <MessageFeed />
      </div>
      <MessageFeed />
    </SessionProvider>,
  )
  const logs = [...screen.container.querySelectorAll('[role=log]')]
  await bench.pass(3_000)
  bench.room.post('Hello', 'Ada')
  await bench.pass(2_000)
  bench.room.stream('')
  await bench.pass(4_000)
  expect(logs.map((log) => log.textContent)).toEqual(['', '', 'Ada: HelloAgent: Reply complete'])
})

test('a refusal is an alert when it happens, and not again after a reload', async () => {
  const storage = createStorage(new Map())
  const bench = openBench()
  const show = async () => {
    const session = createSession({ ...bench.options, storage })
    const screen = await render(
      <SessionProvider session={session}>
        <MessageFeed />
      </SessionProvider>,
    )
    const recorder = recordAnnouncements(screen.container)
    await bench.pass(3_000)
    return { session, screen, recorder }
  }
  const first = await show()
  for (const text of ['one', 'two']) {
    bench.server.nackNext('forbidden')
    first.session.send(text)
    await bench.pass(500)
  }
  const alert = 'Not sent: you may not write here'
  expect(first.recorder.announcements).toEqual([
    { text: alert, politeness: 'assertive' },
    { text: alert, politeness: 'assertive' },
  ])
  await first.screen.unmount()
  first.session.close()

  const again = await show()
  onTestFinished(() => again.session.close())
  expect(again.session.getMessages().map(({ delivery }) => delivery)).toEqual(['failed', 'failed'])
  expect(again.recorder.heard).toEqual([])
})

test('the visible list has no live semantics', async () => {
  const { screen, server, session, pass } = await openLog()
  server.nackNext('forbidden')
  session.send('refused')
  await pass(500)
  const list = screen.container.querySelector('.sk-feed-list') as HTMLElement
  for (let element: Element | null = list; element; element = element.parentElement) {
    expect(element.getAttribute('aria-live')).toBeNull()
    expect(element.getAttribute('role') ?? '').not.toMatch(/log|status|alert/)
  }
  expect(list.querySelector('[aria-live], [role=log], [role=status], [role=alert]')).toBeNull()
  expect(list.textContent).toContain('Not sent: you may not write here')
})
