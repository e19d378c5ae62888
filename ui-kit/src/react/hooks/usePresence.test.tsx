import type { ReactNode } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import type { FakeServerOptions } from '../../testing/index.ts'
import { TYPING_FADES_MS } from './createPeople.ts'
import { SessionProvider } from './SessionProvider.tsx'
import { usePresence } from './usePresence.ts'

/** Who they are is in their name, so two connections can be one user. */
const byName: FakeServerOptions = {
  admit(url) {
    const name = url.searchParams.get('name') ?? ''
    return { user: { id: name.toLowerCase(), name } }
  },
}

async function open() {
  const bench = openBench(byName)
  const join = (name: string) => {
    const { WebSocket } = bench.server.network()
    const session = createSession({ ...bench.options, WebSocket, name })
    onTestFinished(() => session.close())
    return session
  }
  const session = join('Robin')
  await bench.pass(100)
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SessionProvider session={session}>{children}</SessionProvider>
  )
  const mount = () => renderHook(() => usePresence(), { wrapper })
  return { ...bench, join, mount }
}

const typers = (people: ReturnType<typeof usePresence>) =>
  people.filter(({ isTyping }) => isTyping).map(({ name }) => name)

test('people, not connections: yourself first, and nobody twice', async () => {
  const { join, mount, pass } = await open()
  join('Robin')
  const phone = join('Ada')
  const laptop = join('Ada')
  join('Grace')
  await pass(100)
  const { result } = await mount()
  const names = () => result.current.map(({ name, isYou }) => `${name}${isYou ? ', you' : ''}`)
  expect(names()).toEqual(['Robin, you', 'Ada', 'Grace'])
  phone.close()
  await pass(100)
  expect(names()).toEqual(['Robin, you', 'Ada', 'Grace'])
  laptop.close()
  await pass(100)
  expect(names()).toEqual(['Robin, you', 'Grace'])
})

test('who types on one of two devices types; your own other device is not told of', async () => {
  const { join, mount, pass } = await open()
  const phone = join('Ada')
  const laptop = join('Ada')
  const tablet = join('Robin')
  const { result } = await mount()
  await pass(100)
  phone.setTyping(true)
  tablet.setTyping(true)
  await pass(100)
  expect(typers(result.current)).toEqual(['Ada'])
  laptop.setTyping(false)
  await pass(100)
  expect(typers(result.current)).toEqual(['Ada'])
  phone.setTyping(false)
  await pass(100)
  expect(typers(result.current)).toEqual([])
})

test('a state of your own comes with the person, typing or not', async () => {
  const { join, mount, pass } = await open()
  const ada = join('Ada')
  const { result } = await mount()
  await pass(100)
  ada.setPresence({ cursor: 4 })
  ada.setTyping(true)
  await pass(100)
  expect(result.current[1]).toMatchObject({ isTyping: true, state: { cursor: 4 } })
})

test('typing fades 6 s after its last frame, to the moment, and nobody renders before', async () => {
  const { room, mount, pass } = await open()
  room.join('Ada')
  await pass(100)
  const { result } = await mount()
  room.typing('Ada', true)
  await pass(20)
  const shown = result.current
  expect(typers(shown)).toEqual(['Ada'])
  await pass(TYPING_FADES_MS - 40)
  expect(result.current).toBe(shown)
  await pass(40)
  expect(typers(result.current)).toEqual([])
  expect(result.current).toHaveLength(2)
})

test('who looks only later does not see a typing that faded before', async () => {
  const { room, mount, pass } = await open()
  room.typing('Ada', true)
  await pass(TYPING_FADES_MS - 1_000)
  const early = await mount()
  expect(typers(early.result.current)).toEqual(['Ada'])
  await pass(1_000)
  expect(typers(early.result.current)).toEqual([])
  const late = await mount()
  expect(typers(late.result.current)).toEqual([])
})

test('what is not about people renders nobody', async () => {
  const { room, mount, pass } = await open()
  room.join('Ada')
  await pass(100)
  const { result } = await mount()
  const before = result.current
  room.post('a message', 'Ada')
  room.status({ state: 'working' })
  await pass(200)
  expect(result.current).toBe(before)
})
