import { expect, test } from 'vitest'
import { textOf } from '../test/TestClient.ts'
import { type TestRoom, withRoom } from '../test/withRoom.ts'
import type { Respond, TurnEvent } from './Turn.ts'

const MINUTE_MS = 60_000
const GUARD_MS = 25_000

/** An agent that goes on when the test says so. */
function createHand() {
  const hand = {
    turns: 0,
    aborted: 0,
    status: (_: string) => {},
    give: (_?: TurnEvent) => {},
    respond: async function* ({ signal, status }) {
      hand.turns += 1
      hand.status = status
      signal.addEventListener('abort', () => {
        hand.aborted += 1
      })
      for (;;) {
        const next = await new Promise<TurnEvent | undefined>((resolve) => {
          hand.give = resolve
        })
        if (next === undefined) return
        yield next
      }
    } satisfies Respond as Respond,
  }
  return hand
}

const answers = (room: TestRoom) =>
  room
    .messages()
    .filter(({ role }) => role === 'assistant')
    .map((one) => `${one.state} ${textOf(one)}`)

test('[S67] of a turn and retention whichever is due first is armed, through every change', async () => {
  const hand = createHand()
  const keepMs = 40_000
  await withRoom({ keepMs, respond: hand.respond }, async (room) => {
    const startMs = room.nowMs
    const armed = () => room.alarmAtMs && room.alarmAtMs - startMs
    room.say('cid-0001')
    await room.settle()
    expect(armed()).toBe(GUARD_MS)
    hand.give()
    await room.settle()
    expect(armed()).toBe(keepMs)
    room.nowMs += 10_000
    room.say('cid-0002')
    await room.settle()
    expect(armed()).toBe(10_000 + GUARD_MS)
    await room.goOff()
    expect([armed(), answers(room)]).toEqual([keepMs, ['done ', 'streaming ']])
    await room.goOff()
    expect([armed(), answers(room)]).toEqual([keepMs + GUARD_MS, ['streaming ']])
    hand.give()
    await room.settle()
    expect(answers(room)).toEqual(['done '])
    expect(armed()).toBe(keepMs + 3_600_000)
    expect(room.reports).toEqual([])
  })
})

test('[S67] due times outlive the object: a turn and retention are both looked after by who wakes', async () => {
  const hand = createHand()
  const keepMs = 100_000
  await withRoom({ keepMs, respond: hand.respond }, async (room) => {
    const startMs = room.nowMs
    room.say('cid-0001')
    await room.settle()
    hand.give()
    await room.settle()
    room.say('cid-0002')
    await room.settle()
    room.wake()
    await room.goOff()
    expect(answers(room)).toEqual(['done ', 'interrupted '])
    expect(room.alarmAtMs).toBe(startMs + keepMs)
    room.wake()
    await room.goOff()
    expect([answers(room), room.log.load()?.floor]).toEqual([[], 6])
  })
})

test('[S67] an orphan that is found by an event takes its alarm along', async () => {
  const hand = createHand()
  await withRoom({ respond: hand.respond }, async (room) => {
    room.say('cid-0001')
    await room.settle()
    expect(room.alarmAtMs).toBe(room.nowMs + GUARD_MS)
    room.wake({ respond: undefined })
    room.say('cid-0002')
    expect([answers(room), room.alarmAtMs]).toEqual([['interrupted '], undefined])
  })
})

test('[S63][W8] an alarm that goes off twice cuts an orphan once', async () => {
  const hand = createHand()
  await withRoom({ respond: hand.respond }, async (room) => {
    for (const cid of ['cid-0001', 'cid-0002']) room.say(cid)
    await room.settle()
    room.wake()
    room.room.alarm()
    room.room.alarm()
    await room.settle()
    expect(answers(room)).toEqual(['interrupted ', 'streaming '])
    expect([hand.turns, room.log.load()?.head]).toEqual([2, 5])
    hand.give()
    await room.settle()
    expect(room.alarmAtMs).toBe(undefined)
  })
})

test('[T17][W8][S41] ten minutes without a sign of life end a turn, signs of life put it off', async () => {
  const hand = createHand()
  await withRoom({ respond: hand.respond }, async (room) => {
    room.say('cid-0001')
    await room.settle()
    const startMs = room.nowMs
    const waitUntil = async (endMs: number) => {
      while (room.alarmAtMs !== undefined && room.alarmAtMs <= endMs) await room.goOff()
      room.nowMs = Math.max(room.nowMs, endMs)
    }
    await waitUntil(startMs + 9 * MINUTE_MS)
    hand.give('alive')
    await room.settle()
    await waitUntil(startMs + 18 * MINUTE_MS)
    hand.status('still here')
    await waitUntil(startMs + 28 * MINUTE_MS)
    expect(answers(room)).toEqual(['streaming alive'])
    await waitUntil(startMs + 28 * MINUTE_MS + GUARD_MS)
    expect(answers(room)).toEqual(['interrupted alive'])
    expect([hand.aborted, room.alarmAtMs]).toEqual([1, undefined])
    expect(room.events).toMatchObject([{ type: 'turn.end', reason: 'interrupted', characters: 5 }])
  })
})

test('[T17][W8] a turn lasts an hour at most, however alive its agent is, and the next one runs', async () => {
  const hand = createHand()
  await withRoom({ respond: hand.respond }, async (room) => {
    for (const cid of ['cid-0001', 'cid-0002']) room.say(cid)
    await room.settle()
    const endMs = room.nowMs + 60 * MINUTE_MS
    while (room.nowMs < endMs) {
      hand.give('x')
      await room.settle()
      expect([hand.turns, hand.aborted]).toEqual([1, 0])
      await room.goOff()
    }
    await room.goOff()
    expect([hand.turns, hand.aborted]).toEqual([2, 1])
    expect(answers(room)).toEqual([`interrupted ${'x'.repeat(144)}`, 'streaming '])
    expect(room.events).toEqual([
      {
        type: 'turn.end',
        session: 's',
        reason: 'interrupted',
        durationMs: 60 * MINUTE_MS + GUARD_MS,
        parts: 1,
        characters: 144,
      },
    ])
  })
})

test('[S66][W8] a clock that goes back after a failure puts nothing off for longer than a guard', async () => {
  const hand = createHand()
  await withRoom({ respond: hand.respond }, async (room) => {
    room.refuse = (query) => {
      if (/UPDATE turns/.test(query)) throw new Error('refused')
    }
    room.say('cid-0001')
    await room.settle()
    room.refuse = () => {}
    room.nowMs -= 3_600_000
    const againAtMs = room.nowMs + GUARD_MS
    room.say('cid-0002')
    await room.settle()
    expect(room.alarmAtMs).toBe(againAtMs)
    room.nowMs += 1_000
    room.say('cid-0003')
    await room.settle()
    expect(room.alarmAtMs, 'and what comes meanwhile puts it off no further').toBe(againAtMs)
    await room.goOff()
    expect(answers(room)).toEqual(['streaming '])
  })
})

test('[W15] an alarm that cannot be armed costs nobody their message, and the next event arms it', async () => {
  const hand = createHand()
  await withRoom({ respond: hand.respond }, async (room) => {
    room.refuseAlarm = true
    expect(room.say('cid-0001')).toMatchObject({ ok: true })
    expect(room.reports).toEqual(['alarm.not_armed'])
    room.refuseAlarm = false
    await room.settle()
    expect(room.say('cid-0002')).toMatchObject({ ok: true })
    expect(room.alarmAtMs).toBe(room.nowMs + GUARD_MS)
  })
})
