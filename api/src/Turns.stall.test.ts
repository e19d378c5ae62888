import { DEFAULT_LIMITS, type Message } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { inside, newSession, textOf } from '../test/TestClient.ts'
import { MessageLog } from './MessageLog.ts'
import { Room } from './Room.ts'
import type { Turn } from './Turn.ts'

test('[T17][W8][S41] an agent that gives no sign of life for ten minutes is given up, and the next turn runs', async () => {
  let nowMs = 0
  const alarms: (number | undefined)[] = []
  const states = await inside(newSession(), async (_, { storage }) => {
    const log = new MessageLog((query, ...values) => storage.sql.exec(query, ...values))
    const later: (() => void)[] = []
    const settle = async () => {
      for (let i = 0; i < 20; i++) await null
      for (const run of later.splice(0)) run()
    }
    const turns: Turn[] = []
    const room = new Room({
      host: {
        now: () => nowMs,
        newId: () => 'an-id-of-16-char',
        connections: () => [],
        transaction: (run) => storage.transactionSync(run),
        later: (run) => later.push(run),
        setAlarm: (atMs) => alarms.push(atMs),
        clearAlarm: () => alarms.push(undefined),
        keepAlive: () => {},
        tell: () => {},
        report: (event) => expect.unreachable(event),
      },
      log,
      limits: DEFAULT_LIMITS,
      keepMs: undefined,
      async *respond(turn) {
        turns.push(turn)
        yield 'half'
        if (turns.length === 1) await new Promise(() => {})
      },
    })
    const author = { user: { id: 'u', name: 'U' }, role: 'member' } as const
    const says = (cid: string) => ({ cid, parts: [{ type: 'text', text: cid } as const] })
    const seen = () => {
      const { messages } = room.desk.page(10, 10)
      const answers = messages.map(({ json }): Message => JSON.parse(json))
      return answers
        .filter(({ role }) => role === 'assistant')
        .map((one) => `${one.state} ${textOf(one)}`)
    }
    const wakeAt = async (atMs: number) => {
      nowMs = atMs
      room.alarm()
      await settle()
      await settle()
      return seen()
    }
    for (const cid of ['cid-0001', 'cid-0002']) room.desk.post(author, 's', says(cid), 'u')
    await settle()
    const states = [await wakeAt(599_000)]
    turns[0]?.status('still here')
    states.push(await wakeAt(601_000), await wakeAt(1_199_000), await wakeAt(1_199_001))
    expect(turns.map(({ signal }) => signal.aborted)).toEqual([true, true])
    return states
  })
  expect(states).toEqual([
    ['streaming half'],
    ['streaming half'],
    ['streaming half'],
    ['interrupted half', 'done half'],
  ])
  expect(alarms.at(-1)).toBeUndefined()
  expect(alarms).toContain(601_000 + 25_000)
})
