import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { recordAnnouncements } from '../../testing/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { MessageFeed } from './MessageFeed.tsx'

/** What a screen reader is given: each text that is added to the log, once. */
async function openLog(history = 5) {
  const bench = openBench()
  bench.room.history(Array.from({ length: history }, (_, i) => ({ text: `Old ${i}` })))
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      <MessageFeed />
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

test('an answer is announced once, when it is finished, without Markdown signs', async () => {
  const { room, recorder, pass } = await openLog()
  room.stream('**Yes**, see [the guide](https://example.com). It `works`.', { tokensPerSecond: 20 })
  await pass(500)
  expect(recorder.heard).toEqual([])
  await pass(3_000)
  expect(recorder.heard).toEqual(['Agent: Yes , see the guide. It works .'])
})

test('the first message of an empty session is announced', async () => {
  const { room, recorder, pass } = await openLog(0)
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

test('the visible list has no live semantics', async () => {
  const { screen } = await openLog()
  const list = screen.container.querySelector('.sk-feed-list') as HTMLElement
  for (let element: Element | null = list; element; element = element.parentElement) {
    expect(element.getAttribute('aria-live')).toBeNull()
    expect(element.getAttribute('role') ?? '').not.toMatch(/log|status|alert/)
  }
  expect(list.querySelector('[aria-live], [role=log], [role=status]')).toBeNull()
})
