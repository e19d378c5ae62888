import { memo, Profiler } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openLongSession } from '../../../scripts/openLongFeed.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { FeedList } from './FeedList.tsx'
import { FeedRoot } from './FeedRoot.tsx'
import { FeedDay, type FeedRowProps, FeedUnread } from './FeedRow.tsx'
import { FeedViewport } from './FeedViewport.tsx'
import { MessageBody } from './MessageBody.tsx'
import { MessageHead } from './MessageHead.tsx'
import { MessageRoot } from './MessageRoot.tsx'
import type { PartRenderers } from './PartRenderers.ts'

const commits = new Map<string, number>()
const count = (id: string) => commits.set(id, (commits.get(id) ?? 0) + 1)

const renderers: PartRenderers = {
  text: ({ part, messageKey, index }) => (
    <Profiler id={`part ${messageKey} ${index}`} onRender={count}>
      {part.text}
    </Profiler>
  ),
}

/** As `FeedRow`, with a tally at everything around the parts. */
const CountedRow = memo(function CountedRow({ messageKey, previousKey }: FeedRowProps) {
  return (
    <Profiler id={`row ${messageKey}`} onRender={count}>
      <li>
        <FeedDay messageKey={messageKey} previousKey={previousKey} />
        <FeedUnread messageKey={messageKey} />
        <MessageRoot
          messageKey={messageKey}
          previousKey={previousKey}
          className={() => {
            count(`around ${messageKey}`)
            return undefined
          }}
        >
          <MessageHead />
          <MessageBody />
        </MessageRoot>
      </li>
    </Profiler>
  )
})

async function openFeed(messages: number, virtual: boolean | 'auto' = 'auto') {
  const bench = await openLongSession(messages)
  const { session } = bench
  await render(
    <SessionProvider session={session}>
      <FeedRoot renderers={renderers} virtual={virtual}>
        <FeedViewport style={{ blockSize: 500, overflow: 'auto' }}>
          <Profiler id="list" onRender={count}>
            <FeedList>{(row) => <CountedRow {...row} />}</FeedList>
          </Profiler>
        </FeedViewport>
      </FeedRoot>
    </SessionProvider>,
  )
  const rows = () => document.querySelectorAll('.sk-feed-list > :not([data-room])').length
  const isWindow = virtual === true || (virtual === 'auto' && messages > 300)
  if (isWindow) await expect.poll(rows).toBeLessThan(50)
  else expect(rows()).toBe(messages)
  await bench.pass(100)
  return bench
}

test.each([
  [10, 'auto'],
  [1_000, 'auto'],
  [10_000, 'auto'],
  [10, true],
  [1_000, false],
] as const)(
  'one token renders one part of one row, at %i messages, virtual: %s',
  async (messages, virtual) => {
    const { room, pass, session } = await openFeed(messages, virtual)
    const stream = room.stream(
      [
        { type: 'text', text: 'The first part stays as it is.' },
        { type: 'text', text: 'And this one grows. '.repeat(40) },
      ],
      { tokensPerSecond: 60 },
    )
    await pass(1_000)
    const key = session.store.getState().keys.at(-1) as string
    expect(session.getMessage(key)?.parts).toHaveLength(2)
    commits.clear()
    const lengthBefore = session.getMessage(key)?.parts[1]
    await pass(1_000)

    const tokens = commits.get(`part ${key} 1`) ?? 0
    expect(session.getMessage(key)?.parts[1]).not.toEqual(lengthBefore)
    expect(tokens).toBeGreaterThan(10)
    // `list` is the profiler around all of them: it counts commits below it, not its own renders.
    expect([...commits.keys()].toSorted()).toEqual(
      ['list', `part ${key} 1`, `row ${key}`].toSorted(),
    )
    expect(commits.get(`row ${key}`)).toBe(tokens)
    expect(commits.get('list')).toBe(tokens)
    expect(stream.id).not.toBe('')
  },
)

test('a new message renders its own row and no other', async () => {
  const { room, pass, session } = await openFeed(50)
  commits.clear()
  room.post('the fifty-first')
  await pass(100)
  const key = session.store.getState().keys.at(-1) as string
  expect([...commits.keys()].toSorted()).toEqual([
    `around ${key}`,
    'list',
    `part ${key} 0`,
    `row ${key}`,
  ])
})

test.each([false, true])(
  'at 1,500 tokens a second a frame has one commit, virtual: %s',
  async (virtual) => {
    const { room, pass, session } = await openFeed(150, virtual)
    room.stream('One of very many words, and the next one. '.repeat(300), {
      tokensPerSecond: 1_500,
    })
    await pass(200)
    const key = session.store.getState().keys.at(-1) as string
    commits.clear()
    await pass(800)
    // A frame is 16 ms long here; the server sends twenty times a second.
    expect(commits.get(`row ${key}`)).toBeGreaterThan(10)
    expect(commits.get(`row ${key}`)).toBeLessThanOrEqual(50)
  },
)

test.each([false, true])('a token reads no size; a frame does, virtual: %s', async (virtual) => {
  const { room, pass, clock, session } = await openFeed(150, virtual)
  const viewport = document.querySelector('.sk-feed-viewport') as HTMLElement
  let reads = 0
  for (const name of ['scrollHeight', 'scrollTop', 'clientHeight'] as const) {
    const of = Object.getOwnPropertyDescriptor(Element.prototype, name) as PropertyDescriptor
    Object.defineProperty(viewport, name, {
      configurable: true,
      get: () => {
        reads += 1
        return of.get?.call(viewport)
      },
      set: (value) => of.set?.call(viewport, value),
    })
  }
  room.stream('One of very many words, and the next one. '.repeat(300), { tokensPerSecond: 600 })
  await pass(200)
  const key = session.store.getState().keys.at(-1) as string
  commits.clear()
  reads = 0
  // No frame comes as long as no task ends.
  for (let step = 0; step < 100; step++) {
    clock.advance(2)
    await Promise.resolve()
  }
  expect(commits.get(`row ${key}`)).toBeGreaterThan(2)
  expect(reads).toBe(0)
  await pass(20)
  expect(reads).toBeGreaterThan(0)
})
