import { expect, test, vi } from 'vitest'
import type { Session } from '../../session/Session.ts'
import { createManualClock } from '../../testing/createManualClock.ts'
import { createWatch, type Reading } from './createWatch.ts'

/** A watch of what `say` told last. */
function open() {
  const clock = createManualClock()
  const heard = new Set<() => void>()
  const store = {
    subscribe(listener: () => void) {
      heard.add(listener)
      return () => heard.delete(listener)
    },
  } as unknown as Session['store']
  const read = vi.fn<() => Reading<string>>(() => ({ value: 'first', againInMs: undefined }))
  const watch = createWatch({ store, clock }, read)
  const reads = () => read.mock.calls.splice(0).length
  function say(value: string, againInMs?: number) {
    read.mockImplementation(() => ({ value, againInMs }))
    for (const listener of [...heard]) listener()
  }
  reads()
  return { clock, heard, watch, reads, say }
}

test('who listens is told of another value, and of nothing else', () => {
  const { watch, say } = open()
  const told = vi.fn()
  watch.subscribe(() => told(watch.get()))
  say('first')
  expect(told.mock.calls).toEqual([])
  say('second')
  expect(told.mock.calls).toEqual([['second']])
})

test('it looks again when it is time, and at the last time that was told alone', () => {
  const { clock, watch, reads, say } = open()
  watch.subscribe(() => {})
  say('typing', 100)
  clock.advance(50)
  say('typing', 100)
  reads()
  clock.advance(99)
  expect(reads()).toBe(0)
  clock.advance(1)
  expect(reads()).toBe(1)
})

test('it sleeps while nobody listens: no timer, no store; who comes then sees what is', () => {
  const { clock, heard, watch, reads, say } = open()
  const leave = [watch.subscribe(() => {})]
  expect([heard.size, reads()]).toEqual([1, 1])
  leave.push(watch.subscribe(() => {}))
  expect([heard.size, reads()]).toEqual([1, 0])
  leave[0]?.()
  say('typing', 100)
  expect(watch.get()).toBe('typing')
  leave[1]?.()
  reads()
  say('gone')
  clock.advance(1_000)
  expect([heard.size, reads()]).toEqual([0, 0])
  watch.subscribe(() => {})
  expect(watch.get()).toBe('gone')
})
