/** Following, frame by frame: what may come on a live line, and changes nothing. */

import { expect, test } from 'vitest'
import type { HelloFrame, Message, MessageState, SyncFrame } from '../protocol/index.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import { createFollower } from './createFollower.ts'
import { createTimers } from './createTimers.ts'
import { text } from './createWorld.test.ts'
import { createFeedLog } from './feedLog.ts'

const message = (pos: number, seq: number, words = '', state: MessageState = 'done'): Message => ({
  id: `m${pos}`,
  pos,
  seq,
  role: 'assistant',
  author: { id: 'agent', name: 'Agent' },
  state,
  parts: [{ type: 'text', text: words }],
  createdAt: 0,
})

const broken = { ...message(1, 3), parts: undefined } as never

const sync = (to: number, messages: Message[], more = false): SyncFrame => ({
  type: 'sync',
  mode: 'snapshot',
  epoch: 'e',
  to,
  messages,
  hasOlder: true,
  more,
})

/** A follower that has heard the log up to seq 2. */
function follow(...messages: Message[]) {
  const clock = createManualClock()
  const log = createFeedLog()
  const hellos: HelloFrame[] = []
  const follower = createFollower({
    clock,
    timers: createTimers(clock),
    random: () => 0,
    crowd: () => 1,
    log,
    toRow: (row) => ({ ...row, key: row.id, delivery: 'stored' }),
    sayHello: (hello) => hellos.push(hello),
    onSynced() {},
    isWorking: () => false,
    onProgress() {},
    onDead() {},
  })
  const answer = (...frames: SyncFrame[]) => {
    follower.welcomed()
    for (const frame of frames) follower.sync(frame)
  }
  follower.joined()
  answer(sync(2, messages))
  const texts = () => {
    log.commit()
    return log.all().map(text)
  }
  return { follower, clock, hellos, answer, texts }
}

test('[W6] [W7] a delta or a part of an answer that has ended is dropped', () => {
  const { follower, clock, hellos, texts } = follow(message(1, 2, 'all'))
  follower.live({ type: 'delta', id: 'm1', part: 0, from: 3, text: ' and more' })
  const value = { type: 'text', text: 'else' } as const
  follower.live({ type: 'part', id: 'm1', part: 0, value })
  clock.advance(60_000)
  expect([texts(), hellos.length]).toEqual([['all'], 1])
})

test('[W3] a copy with a lower seq never replaces one with a higher, in a page or live', () => {
  const { follower, texts } = follow(message(1, 2, 'changed'))
  expect(follower.older([message(1, 1, 'as it was')])).toBe(true)
  expect(texts()).toEqual(['changed'])
  follower.live({ type: 'msg', seq: 3, message: message(1, 1, 'as it was') })
  expect([texts(), follower.cursor()]).toEqual([['changed'], 3])
})

test('[F69] a message that is none is asked for again; a page that holds one is not taken', () => {
  const { follower, clock, hellos, texts } = follow(message(1, 2, 'one'))
  expect(follower.older([message(2, 2), broken])).toBe(false)
  follower.live({ type: 'msg', seq: 3, message: broken })
  clock.advance(1)
  expect(texts()).toEqual(['one'])
  expect(hellos.at(-1)).toMatchObject({ epoch: 'e', cursor: 2 })
  expect(hellos).toHaveLength(2)
})

test('[F66] a page that comes behind a reset is of another log than what is shown', () => {
  const { follower, texts } = follow(message(2, 2, 'old'))
  follower.reset()
  expect(follower.older([message(1, 1, 'new')])).toBe(false)
  expect(texts()).toEqual(['old'])
})

test('[F66] a catch-up of another epoch replaces the log, whatever it calls itself', () => {
  const { follower, answer, texts } = follow(message(2, 2, 'old'))
  follower.ask()
  answer({ ...sync(1, [message(1, 1, 'new')]), epoch: 'another', mode: 'suffix' })
  expect([texts(), follower.wholeFrom()]).toEqual([['new'], 1])
})

test('[W12] what was refused behind a hello that is being answered is not that hello', () => {
  const { follower, clock, hellos, answer, texts } = follow()
  follower.ask()
  answer(sync(3, [message(1, 1, 'one')], true))
  follower.refused(500)
  clock.advance(20_000)
  follower.sync(sync(3, [message(3, 3, 'three')]))
  expect([texts(), hellos.length]).toEqual([['one', 'three'], 2])
})

test('[W6] a gap whose hello has to wait is healed by one that is said for another reason', () => {
  const { follower, clock, hellos, answer } = follow()
  follower.gap()
  clock.advance(1)
  answer(sync(2, []))
  follower.gap()
  clock.advance(500)
  expect(hellos).toHaveLength(2)
  follower.ask()
  clock.advance(5_000)
  expect(hellos).toHaveLength(3)
})
