/** What was said and is not stored: taken away, taken over, and whose it is. */

import { describe, expect, test } from 'vitest'
import { createWorld, rows, text } from './createWorld.test.ts'

describe('taken away', () => {
  test('[W12] a message discarded before its refusal comes does not hold up the next one', () => {
    const { join, clock, server, room, sent } = createWorld()
    const session = join()
    server.latency({ ms: 400 })
    server.nackNext('storage', { waitMs: 1_000 })
    const { cid } = session.send('refused')
    clock.advance(500)
    session.discard(cid)
    clock.advance(5_000)
    session.send('next')
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(['next'])
    expect(rows(session)).toEqual(['next stored'])
    // The hello came first: no answer was `order`, and nothing went out twice.
    expect(sent('send')).toHaveLength(2)
  })
})
