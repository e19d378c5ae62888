import type { ReactNode } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession, type FeedMessage } from '../../session/index.ts'
import { SessionProvider } from './SessionProvider.tsx'
import { useBroadcast } from './useBroadcast.ts'
import { useMessage } from './useMessage.ts'
import { useMessageKeys } from './useMessageKeys.ts'
import { useSession } from './useSession.ts'
import { selectConnection, useSessionState } from './useSessionState.ts'

function openSession() {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SessionProvider session={session}>{children}</SessionProvider>
  )
  return { ...bench, session, wrapper }
}

test('a selector that makes a new array each time never loops, and sees what is new', async () => {
  const { wrapper, pass, room } = openSession()
  let renders = 0
  const { result } = await renderHook(
    () => {
      renders += 1
      return useSessionState(({ keys }) => keys.map((key) => key))
    },
    { wrapper },
  )
  await pass(100)
  room.post('hi')
  await pass(100)
  expect(result.current).toHaveLength(1)
  expect(renders).toBeLessThan(40)
})

test('[F83] a piece of state renders for itself, keys for rows; neither for a token', async () => {
  const { wrapper, pass, room } = openSession()
  const renders = { connection: 0, keys: 0 }
  await renderHook(
    () => {
      renders.connection += 1
      return useSessionState(selectConnection).phase
    },
    { wrapper },
  )
  await renderHook(
    () => {
      renders.keys += 1
      return useMessageKeys()
    },
    { wrapper },
  )
  await pass(100)
  room.stream('word '.repeat(100), { tokensPerSecond: 60 })
  await pass(200)
  const before = { ...renders }
  await pass(1_000)
  expect(renders).toEqual(before)
})

test('a row wakes for itself only, and an unknown one is undefined', async () => {
  const { wrapper, pass, room, session } = openSession()
  await pass(100)
  room.post('one')
  room.post('two')
  await pass(100)
  const [first, second] = session.store.getState().keys
  let renders = 0
  const { result } = await renderHook(
    () => {
      renders += 1
      return [useMessage(first)?.parts[0], useMessage('nobody')]
    },
    { wrapper },
  )
  const before = renders
  room.edit(second as string, [{ type: 'text', text: 'changed' }])
  await pass(100)
  expect(renders).toBe(before)
  room.edit(first as string, [{ type: 'text', text: 'changed too' }])
  await pass(100)
  expect(result.current).toEqual([{ type: 'text', text: 'changed too' }, undefined])
})

const types = ({ parts }: FeedMessage) => parts.map(({ type }) => type)
const isSame = (before: string[], now: string[]) => before.join() === now.join()

test('a piece of a row that is equal stays the one it was', async () => {
  const { wrapper, pass, room, session } = openSession()
  room.post('one')
  await pass(100)
  const [key] = session.store.getState().keys
  const { result } = await renderHook(
    () => ({ whole: useMessage(key), piece: useMessage(key, types, isSame) }),
    { wrapper },
  )
  const before = result.current
  room.edit(key as string, [{ type: 'text', text: 'changed' }])
  await pass(100)
  expect(result.current.whole).not.toBe(before.whole)
  expect(result.current.piece).toBe(before.piece)
  room.edit(key as string, [{ type: 'data', name: 'any', value: 1 }])
  await pass(100)
  expect(result.current.piece).toEqual(['data'])
})

test('broadcasts reach everybody and always the latest handler', async () => {
  const { wrapper, pass } = openSession()
  const heard: unknown[] = []
  const { result, rerender } = await renderHook(
    (props?: { name: string }) =>
      useBroadcast((data) => heard.push([props?.name, (data as { wave: number }).wave])),
    { wrapper, initialProps: { name: 'first' } },
  )
  await pass(100)
  result.current({ wave: 1 })
  await pass(100)
  await rerender({ name: 'second' })
  result.current({ wave: 2 })
  await pass(100)
  expect(heard).toEqual([
    ['first', 1],
    ['second', 2],
  ])
})

test('in another session broadcasts are said and heard there alone', async () => {
  const [one, two] = [openSession(), openSession()]
  const heard: unknown[] = []
  let session = one.session
  const { result, rerender } = await renderHook(() => useBroadcast((data) => heard.push(data)), {
    wrapper: ({ children }) => <SessionProvider session={session}>{children}</SessionProvider>,
  })
  session = two.session
  await rerender()
  await one.pass(100)
  await two.pass(100)
  expect(result.current('here')).toBe(true)
  one.session.broadcast('there')
  await one.pass(100)
  await two.pass(100)
  expect(heard).toEqual(['here'])
})

test('without a provider a hook says what to write', async () => {
  await expect(renderHook(() => useSession())).rejects.toThrow('<SessionProvider session=')
})
