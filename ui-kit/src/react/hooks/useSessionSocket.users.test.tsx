/** One page, one session, and users who come one after the other. */

import { beforeEach, expect, test } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import { useSessionSocket } from './useSessionSocket.ts'

let bench: Bench
let asked: string[]

beforeEach(() => {
  bench = openBench()
  asked = []
})

const as = (userId: string) => ({
  ...bench.options,
  userId,
  ticket: () => {
    asked.push(userId)
    return bench.server.ticket({ sub: userId, name: userId })
  },
})

const authors = () => bench.room.messages.map(({ author }) => author.id)

test('[F16] who signs in while the session of another lingers speaks for themselves', async () => {
  const ada = await renderHook(() => useSessionSocket(as('ada')))
  await bench.pass(100)
  await ada.unmount()
  const bob = await renderHook(() => useSessionSocket(as('bob')))
  bob.result.current.send('I am Bob')
  await bench.pass(1_000)
  expect(authors()).toEqual(['bob'])
  expect(bob.result.current.session.store.getState().you?.user.id).toBe('bob')
})

test('[F16] another userId in a mounted component is another session; the one before asks no tickets', async () => {
  const { result, rerender } = await renderHook(
    (userId: string = '') => useSessionSocket(as(userId)),
    {
      initialProps: 'ada',
    },
  )
  await bench.pass(100)
  const { session } = result.current
  await rerender('bob')
  expect(result.current.session).not.toBe(session)
  result.current.send('I am Bob')
  await bench.pass(100)
  bench.server.drop()
  await bench.pass(3_000)
  expect(asked.toSorted()).toEqual(['ada', 'bob', 'bob'])
  expect(authors()).toEqual(['bob'])
  await rerender('ada')
  await bench.pass(3_000)
  expect(result.current.session).toBe(session)
  expect(result.current.status).toBe('connected')
  result.current.send('and I am Ada')
  await bench.pass(100)
  expect(authors()).toEqual(['bob', 'ada'])
})

const first = { name: 'Ann', guest: 'the-secret-of-Ann' }
const second = { name: 'Ben', guest: 'the-secret-of-Ben' }

test('[F16] another guest secret is another guest, and the one who is left keeps the own name', async () => {
  const { result, rerender } = await renderHook(
    (who = first) => useSessionSocket({ ...bench.options, ...who }),
    { initialProps: first },
  )
  await bench.pass(100)
  const { session } = result.current
  result.current.send('I am Ann')
  await bench.pass(100)
  await rerender(second)
  result.current.send('I am Ben')
  await bench.pass(100)
  bench.server.drop()
  await bench.pass(3_000)
  expect(bench.room.messages.map(({ author }) => author.name)).toEqual(['Ann', 'Ben'])
  expect(new Set(authors()).size).toBe(2)
  expect(session.store.getState().you?.user.name).toBe('Ann')
  expect(session.store.getState().status).toBe('connected')
})

test('[F16] two guests side by side speak each for themselves', async () => {
  for (const who of [first, second]) {
    const { result } = await renderHook(() => useSessionSocket({ ...bench.options, ...who }))
    await bench.pass(100)
    result.current.send(`I am ${who.name}`)
    await bench.pass(100)
  }
  expect(bench.server.dials).toBe(2)
  expect(new Set(authors()).size).toBe(2)
})

test('[F16] what one guest typed while waiting is not shown to another, and is still there for them', async () => {
  const { result, rerender } = await renderHook(
    (who = first) => useSessionSocket({ ...bench.options, ...who, enabled: false }),
    { initialProps: first },
  )
  result.current.session.setDraft('from Ann')
  await rerender(second)
  expect(result.current.session.getDraft()).toBe('')
  await rerender(first)
  expect(result.current.session.getDraft()).toBe('from Ann')
})

test('what a server fetched for another user is not shown', async () => {
  const message = bench.room.post('for your eyes only')
  const initial = {
    sessionId: bench.options.sessionId,
    epoch: bench.room.epoch,
    head: 1,
    messages: [message],
    hasOlder: false,
    userId: 'ada',
  }
  const { result, rerender } = await renderHook(
    (userId: string = '') => useSessionSocket({ ...as(userId), initial, enabled: false }),
    { initialProps: 'ada' },
  )
  expect(result.current.messages).toHaveLength(1)
  await rerender('bob')
  expect(result.current.messages).toEqual([])
})

test('a name that changed is told by the next dial', async () => {
  const { result, rerender } = await renderHook(
    (name: string = '') => useSessionSocket({ ...bench.options, name }),
    { initialProps: 'Ada' },
  )
  await bench.pass(100)
  await rerender('Ada L.')
  await bench.pass(100)
  const nameNow = () => result.current.session.store.getState().you?.user.name
  expect(nameNow()).toBe('Ada')
  result.current.session.reconnect()
  await bench.pass(100)
  expect(nameNow()).toBe('Ada L.')
})
