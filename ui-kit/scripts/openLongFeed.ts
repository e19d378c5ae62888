/** A session with so many messages loaded, for tests of long feeds; some of them are long, too. */

import { expect, onTestFinished } from 'vitest'
import { createSession, type Session } from '../src/session/index.ts'
import type { FakeServerOptions } from '../src/testing/index.ts'
import { type Bench, openBench } from './openBench.ts'

export interface LongFeedOptions {
  /** on the server; all of them are loaded unless `loaded` says how many */
  messages: number
  loaded?: number
  server?: FakeServerOptions
}

export async function openLongFeed(given: LongFeedOptions): Promise<Bench & { session: Session }> {
  const { messages, loaded = messages, server } = given
  const bench = openBench(server)
  bench.room.history(
    Array.from({ length: messages }, (_, i) => ({
      text: `Message ${i}. ${'It has some words of its own. '.repeat(i % 7)}`,
      author: i % 2 ? 'Ada' : 'Grace',
    })),
  )
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  await bench.pass(100)
  const count = () => session.store.getState().keys.length
  while (count() < loaded) {
    const page = session.loadOlder(Math.min(100, loaded - count()))
    for (let step = 0; step < 5; step++) {
      bench.clock.advance(20)
      await Promise.resolve()
    }
    await page
  }
  expect(count()).toBe(loaded)
  return { ...bench, session }
}
