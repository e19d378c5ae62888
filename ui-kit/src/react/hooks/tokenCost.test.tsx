/** What a token wakes, counted in commits of React: one part of one row, however many there are. */

import { memo, useCallback, useEffect } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession, type FeedMessage } from '../../session/index.ts'
import { SessionProvider } from './SessionProvider.tsx'
import { useBroadcast } from './useBroadcast.ts'
import { useComposer } from './useComposer.ts'
import { useMessage } from './useMessage.ts'
import { useMessageKeys } from './useMessageKeys.ts'
import { usePresence } from './usePresence.ts'
import {
  selectAgent,
  selectConnection,
  selectHistory,
  selectUnread,
  useSessionState,
} from './useSessionState.ts'

/** by component: how often React committed it */
const commits = new Map<string, number>()

function useCounted(name: string): void {
  useEffect(() => {
    commits.set(name, (commits.get(name) ?? 0) + 1)
  })
}

const READERS: Record<string, () => unknown> = {
  connection: () => useSessionState(selectConnection),
  status: () => useSessionState(({ status }) => status),
  agent: () => useSessionState(selectAgent),
  history: () => useSessionState(selectHistory),
  unread: () => useSessionState(selectUnread),
  people: usePresence,
  composer: useComposer,
  broadcast: () => useBroadcast(),
}

function Reader({ name }: { name: string }) {
  READERS[name]?.()
  useCounted(name)
  return null
}

const Part = memo(function Part({ messageKey, index }: { messageKey: string; index: number }) {
  const part = useMessage(
    messageKey,
    useCallback(({ parts }: FeedMessage) => parts[index], [index]),
  )
  useCounted(`part ${messageKey} ${index}`)
  return <i>{part?.type === 'text' && part.text}</i>
})

const countParts = ({ parts }: FeedMessage) => parts.length

const Row = memo(function Row({ messageKey }: { messageKey: string }) {
  const count = useMessage(messageKey, countParts) ?? 0
  useCounted(`row ${messageKey}`)
  return (
    <p>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the index is a part's identity on the wire
        <Part key={index} messageKey={messageKey} index={index} />
      ))}
    </p>
  )
})

function Rows() {
  const keys = useMessageKeys()
  useCounted('rows')
  return keys.map((key) => <Row key={key} messageKey={key} />)
}

test.each([10, 1_000, 10_000])(
  '[F83] among %i messages a token commits one part of one row, and nothing else',
  async (count) => {
    const { options, room, pass } = openBench()
    room.history(Array.from({ length: count }, (_, i) => ({ text: `message ${i}` })))
    const { epoch, head, messages } = room
    const initial = { sessionId: options.sessionId, epoch, head, messages, hasOlder: false }
    const session = createSession({ ...options, initial })
    onTestFinished(() => session.close())
    const { container } = await render(
      <SessionProvider session={session}>
        {Object.keys(READERS).map((name) => (
          <Reader key={name} name={name} />
        ))}
        <Rows />
      </SessionProvider>,
    )
    const stream = room.stream('word '.repeat(200), { tokensPerSecond: 60 })
    await pass(200)
    expect(container.querySelectorAll('i')).toHaveLength(count + 1)
    const words = () => container.querySelector('p:last-of-type')?.textContent?.length ?? 0
    const before = words()
    let shown = 0
    onTestFinished(session.subscribeMessage(stream.id, () => (shown += 1)))

    commits.clear()
    await pass(1_000)
    expect(words()).toBeGreaterThan(before + 100)
    expect([...commits.keys()]).toEqual([`part ${stream.id} 0`])
    // 60 tokens came in this second; the session merges them, and each commit of its is one of React.
    expect(shown).toBeGreaterThan(10)
    expect(commits.get(`part ${stream.id} 0`)).toBe(shown)

    // And the counter sees what does wake the others.
    commits.clear()
    room.post('something new')
    await pass(100)
    expect(commits.has('rows')).toBe(true)
    expect([...commits.keys()].filter((name) => name.startsWith('row '))).toHaveLength(1)
  },
  60_000,
)
