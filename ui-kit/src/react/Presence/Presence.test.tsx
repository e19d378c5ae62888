import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import type { FakeServerOptions } from '../../testing/index.ts'
import { TYPING_FADES_MS } from '../hooks/createPeople.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { PresenceList } from './PresenceList.tsx'
import { TypingIndicator } from './TypingIndicator.tsx'

async function openPresence(options?: FakeServerOptions) {
  const bench = openBench(options)
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      <PresenceList max={3} />
      <TypingIndicator />
    </SessionProvider>,
  )
  await bench.pass(100)
  const { container } = screen
  return {
    ...bench,
    session,
    people: () => [...container.querySelectorAll('li')].map((item) => item.textContent),
    label: () => container.querySelector('ul')?.getAttribute('aria-label'),
    typing: () => container.querySelector('.sk-typing')?.textContent,
  }
}

test('people, oneself first; more than fit become a number', async () => {
  const { room, pass, people, label } = await openPresence()
  expect(people()).toEqual(['RRobin (You)'])
  room.join('Ada')
  room.join('Grace')
  await pass(50)
  expect(people()).toEqual(['RRobin (You)', 'AAda', 'GGrace'])
  room.join('Joan')
  room.join('Karen')
  await pass(50)
  expect(people()).toEqual(['RRobin (You)', 'AAda', '3 more'])
  expect(label()).toBe('5 people here')
  room.leave('Joan')
  await pass(50)
  expect(label()).toBe('4 people here')
})

test('two connections of one user are one person', async () => {
  const { server, options, pass, people } = await openPresence({
    admit: (url) => ({ user: { id: url.searchParams.get('name') ?? '', name: 'Somebody' } }),
  })
  const twin = createSession({ ...options, WebSocket: server.network().WebSocket, name: 'twin' })
  const other = createSession({ ...options, WebSocket: server.network().WebSocket, name: 'twin' })
  onTestFinished(() => {
    twin.close()
    other.close()
  })
  await pass(100)
  expect(people()).toHaveLength(2)
})

test('above the limit there is a number and no name', async () => {
  const { room, pass, people } = await openPresence({ limits: { peers: 3 } })
  for (const name of ['Ada', 'Grace', 'Joan', 'Karen']) room.join(name)
  await pass(2_000)
  expect(people()).toEqual(['5 more'])
})

test('typing is shown, fades 6 s after its last frame, and ends when it is said', async () => {
  const { room, pass, typing } = await openPresence()
  expect(typing()).toBe('')
  room.typing('Ada', true)
  await pass(50)
  expect(typing()).toBe('Ada is typing')
  await pass(TYPING_FADES_MS - 1_000)
  room.typing('Ada', true)
  await pass(TYPING_FADES_MS - 1_000)
  expect(typing()).toBe('Ada is typing')
  await pass(2_000)
  expect(typing()).toBe('')
  room.typing('Ada', true)
  room.typing('Grace', true)
  await pass(50)
  expect(typing()).toBe('Ada and Grace are typing')
  room.typing('Ada', false)
  await pass(50)
  expect(typing()).toBe('Grace is typing')
})

test('the agent thinks until its answer can be seen', async () => {
  const { room, server, session, pass, typing } = await openPresence()
  room.status({ state: 'working', detail: 'Searching' })
  await pass(50)
  expect(typing()).toBe('Searching')
  room.stream('an answer', { tokensPerSecond: 1 })
  await pass(50)
  expect(typing()).toBe('')
  room.post('meanwhile')
  server.ignoreNext('send')
  session.send('mine, unsent')
  await pass(50)
  expect(session.getMessages().at(-1)?.delivery).toBe('sent')
  expect(typing()).toBe('')
})

test('with the line down nobody claims that the agent thinks', async () => {
  const { room, server, session, pass, typing } = await openPresence()
  room.status({ state: 'working', detail: 'Searching' })
  await pass(50)
  server.offline(true)
  await pass(50)
  expect(session.store.getState().agent.state).toBe('working')
  expect(typing()).toBe('')
  server.offline(false)
  session.reconnect()
  await pass(500)
  expect(typing()).toBe('Searching')
})

test('typing of somebody who stopped long ago does not come back with a catch-up', async () => {
  const { room, server, pass, typing } = await openPresence()
  room.typing('Ada', true)
  await pass(50)
  expect(typing()).toBe('Ada is typing')
  await pass(TYPING_FADES_MS)
  server.drop()
  await pass(2_000)
  expect(typing()).toBe('')
  room.typing('Ada', true)
  await pass(50)
  expect(typing()).toBe('Ada is typing')
})
