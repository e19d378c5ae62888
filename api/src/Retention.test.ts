import { DEFAULT_LIMITS, decodeServerFrames, type SyncFrame } from '@session-kit/ui-kit/protocol'
import { expect, test, vi } from 'vitest'
import { inside, newSession, ORIGIN, TestClient } from '../test/TestClient.ts'
import { type TestRoom, withRoom } from '../test/withRoom.ts'
import { catchUp } from './catchUp.ts'
import { readConfig } from './config.ts'
import { withEntry } from './identity.ts'
import type { Respond } from './Turn.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const keepMs = 60 * DAY_MS

const cids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `cid-${1_000 + from + i}`)

const texts = (room: TestRoom) =>
  room.messages().map(({ parts: [part] }) => (part && 'text' in part ? part.text : ''))

const sentCids = (room: TestRoom) => room.all('SELECT cid FROM sent').map(({ cid }) => cid)

const forever: Respond = async function* () {
  await new Promise(() => {})
}

/** What a client with this cursor is sent. */
function missed(room: TestRoom, cursor: number): SyncFrame {
  const meta = room.log.load()
  if (!meta) throw new Error('no log')
  const hello = { type: 'hello', v: 1, epoch: meta.epoch, cursor } as const
  const frames = catchUp(room.log, meta, hello, DEFAULT_LIMITS, () => true)
  const [frame] = frames.flatMap((text) => decodeServerFrames(text) ?? [])
  return frame as SyncFrame
}

test('[S19] what is older than KEEP_DAYS goes by alarm, in order, takes no seq, and floor tells', () =>
  withRoom({ keepMs }, async (room) => {
    for (const cid of cids(0, 3)) {
      room.say(cid)
      room.nowMs += DAY_MS
    }
    const startMs = room.nowMs - 3 * DAY_MS
    expect(room.alarmAtMs).toBe(startMs + keepMs)
    await room.goOff()
    expect(texts(room)).toEqual(['cid-1001', 'cid-1002'])
    expect(room.log.load()).toMatchObject({ head: 3, floor: 1 })
    expect(room.alarmAtMs).toBe(startMs + DAY_MS + keepMs)
    await room.goOff()
    expect(texts(room)).toEqual(['cid-1002'])
    expect(room.log.load()).toMatchObject({ head: 3, floor: 2 })
    expect(missed(room, 1)).toMatchObject({ mode: 'snapshot', hasOlder: false, to: 3 })
    expect(missed(room, 2)).toMatchObject({ mode: 'suffix', messages: [{ pos: 3 }] })
    expect(room.room.desk.page(3, 10)).toMatchObject({ messages: [], hasOlder: false })
    expect(room.say('cid-1003')).toMatchObject({ seq: 4 })
  }))

test('[S65] an alarm in a session that has become empty recreates nothing and is not armed again', () =>
  withRoom({ keepMs }, async (room) => {
    room.say('cid-1000')
    await room.goOff()
    expect([texts(room), sentCids(room), room.alarmAtMs]).toEqual([[], [], undefined])
    room.rows()
    room.room.alarm()
    expect([room.rows().written, room.alarmAtMs]).toEqual([0, undefined])
    room.room.wipe(() => room.all('DROP TABLE meta'))
    room.room.alarm()
    expect([room.all(`SELECT * FROM sqlite_master WHERE name = 'meta'`), room.alarmAtMs]).toEqual([
      [],
      undefined,
    ])
  }))

test('[S63] an alarm that goes off twice, or too early, deletes nothing more', () =>
  withRoom({ keepMs }, async (room) => {
    room.say('cid-1000')
    room.nowMs += 2 * DAY_MS
    room.say('cid-1001')
    room.room.alarm()
    expect(texts(room)).toEqual(['cid-1000', 'cid-1001'])
    await room.goOff()
    const { alarmAtMs } = room
    room.rows()
    room.room.alarm()
    expect(room.rows().written).toBe(0)
    expect([texts(room), room.alarmAtMs]).toEqual([['cid-1001'], alarmAtMs])
  }))

test('[S63] a large sweep is done in batches, each reading what it deletes and not the history', () =>
  withRoom({ keepMs }, async (room) => {
    for (const cid of cids(0, 450)) room.say(cid)
    room.nowMs += DAY_MS
    for (const cid of cids(450, 1_450)) room.say(cid)
    const left = []
    const reads = []
    for (let i = 0; i < 3; i++) {
      room.rows()
      await room.goOff()
      reads.push(room.rows().read)
      left.push(room.all('SELECT count(*) AS n FROM messages')[0]?.n)
    }
    expect(left).toEqual([1_250, 1_050, 1_000])
    expect(room.log.load()?.floor).toBe(450)
    expect(room.alarmAtMs).toBe(room.nowMs + DAY_MS)
    for (const [index, deleted] of [200, 200, 50].entries())
      expect(reads[index]).toBeLessThan(5 * deleted + 30)
  }))

test('[S63] a busy session is swept once an hour, not once a message', () =>
  withRoom({ keepMs }, async (room) => {
    for (const cid of cids(0, 30)) {
      room.say(cid)
      room.nowMs += HOUR_MS / 10
    }
    await room.goOff()
    expect(texts(room)).toHaveLength(29)
    const sweptAtMs = room.nowMs
    await room.goOff()
    expect([room.nowMs - sweptAtMs, texts(room).length]).toEqual([HOUR_MS, 19])
  }))

test('[W5][S31] a cid outlives its message until it is 30 days old, and is refused a second message', () =>
  withRoom({ keepMs: DAY_MS }, async (room) => {
    room.say('cid-1000')
    await room.goOff()
    expect(texts(room)).toEqual([])
    const again = room.say('cid-1000')
    expect(again).toMatchObject({ ok: true, dup: true, seq: 1 })
    expect(room.say('cid-1000', 'other')).toMatchObject({ ok: false, code: 'conflict' })
    expect(texts(room)).toEqual([])
    const storedAtMs = room.nowMs - DAY_MS
    await room.goOff()
    expect(room.nowMs - storedAtMs).toBe(30 * DAY_MS)
    expect([sentCids(room), room.alarmAtMs]).toEqual([[], undefined])
  }))

const echo: Respond = async function* ({ message }) {
  yield `about ${message.cid}`
}

test('[W5] the cid of an again goes when its message is gone and it is 30 days old itself', () =>
  withRoom({ keepMs, respond: echo }, async (room) => {
    room.say('cid-1000')
    await room.settle()
    const [, answer] = room.messages()
    room.nowMs += 50 * DAY_MS
    expect(room.again('cid-again', answer?.id ?? '')).toMatchObject({ ok: true, dup: false })
    await room.settle()
    await room.goOff()
    expect(texts(room)).toEqual(['about cid-1000'])
    expect(sentCids(room)).toEqual(['cid-again'])
    for (let i = 0; i < 3 && room.alarmAtMs !== undefined; i++) await room.goOff()
    expect([texts(room), sentCids(room)]).toEqual([[], []])
  }))

test('[W5] the cid of an again stays for as long as its message does', () =>
  withRoom({ keepMs, respond: echo }, async (room) => {
    room.say('cid-old')
    await room.settle()
    room.nowMs += 20 * DAY_MS
    room.say('cid-kept')
    await room.settle()
    const answer = room.messages().at(-1)
    room.again('cid-again', answer?.id ?? '')
    await room.settle()
    await room.goOff()
    expect(texts(room)).toEqual(['cid-kept', 'about cid-kept', 'about cid-kept'])
    expect(room.again('cid-again', answer?.id ?? '')).toMatchObject({ ok: true, dup: true })
  }))

test('[S19] floor is the highest seq among what is gone, also where an old message was edited', () =>
  withRoom({ keepMs }, async (room) => {
    const first = room.say('cid-1000')
    room.say('cid-1001')
    room.room.desk.edit(first.ok ? first.id : '', { parts: [{ type: 'text', text: 'edited' }] })
    await room.goOff()
    expect(room.log.load()).toMatchObject({ head: 3, floor: 3 })
  }))

test('[S63] what a turn needs is never deleted, however old, and goes when the turn has ended', () =>
  withRoom({ keepMs: DAY_MS }, async (room) => {
    let end = () => {}
    room.wake({
      async *respond({ message }) {
        yield `about ${message.cid}`
        await new Promise<void>((resolve) => {
          end = resolve
        })
      },
    })
    room.say('cid-before')
    await room.settle()
    end()
    await room.settle()
    for (const cid of ['cid-running', 'cid-waits']) room.say(cid)
    await room.settle()
    room.storage.sql.exec(
      `UPDATE messages SET body = json_set(body, '$.createdAt', ${room.nowMs - 2 * DAY_MS})`,
    )
    room.storage.sql.exec(`UPDATE meta SET sweepAtMs = ${room.nowMs}`)
    room.room.alarm()
    expect(texts(room)).toEqual(['cid-running', 'about cid-running', 'cid-waits'])
    expect((room.alarmAtMs ?? 0) - room.nowMs).toBe(25_000)
    end()
    await room.settle()
    end()
    await room.settle()
    expect(texts(room)).toHaveLength(4)
    expect((room.alarmAtMs ?? 0) - room.nowMs).toBe(HOUR_MS)
    await room.goOff()
    expect(texts(room)).toEqual(['about cid-waits'])
  }))

test('[S63] where nobody answers any more, a waiting turn goes with its message, and pins no alarm', () =>
  withRoom({ keepMs: DAY_MS, respond: forever }, async (room) => {
    for (const cid of ['cid-running', 'cid-waits-1', 'cid-waits-2']) room.say(cid)
    room.nowMs += DAY_MS / 2
    room.say('cid-younger')
    room.wake({ respond: undefined })
    await room.goOff()
    expect(texts(room)).toHaveLength(5)
    room.nowMs += DAY_MS / 2
    await room.goOff()
    expect(texts(room)).toEqual(['cid-younger'])
    const turns = 'SELECT question FROM turns'
    expect(room.all(turns)).toEqual([{ question: 5 }])
    expect((room.alarmAtMs ?? 0) - room.nowMs).toBe(DAY_MS / 2)
    const answered: string[] = []
    room.wake({
      async *respond({ message }) {
        yield 'at last'
        answered.push(message.cid ?? '')
      },
    })
    room.say('cid-agent-is-back')
    await room.settle()
    expect(answered).toEqual(['cid-younger', 'cid-agent-is-back'])
    room.wake({ respond: undefined })
    while (room.alarmAtMs !== undefined) await room.goOff()
    expect([texts(room), room.all(turns)]).toEqual([[], []])
  }))

test('[S67] retention that is switched on later begins at the next event that writes', () =>
  withRoom({}, async (room) => {
    for (const cid of cids(0, 3)) room.say(cid)
    room.nowMs += 2 * keepMs
    room.wake({ keepMs })
    expect(texts(room)).toHaveLength(3)
    expect(room.alarmAtMs).toBe(undefined)
    room.say('cid-1003')
    expect(room.alarmAtMs).toBe(room.nowMs)
    await room.goOff()
    expect(texts(room)).toEqual(['cid-1003'])
  }))

test('[S67] a KEEP_DAYS that was set lower counts from the next event that writes, none ends it', () =>
  withRoom({ keepMs }, async (room) => {
    room.say('cid-1000')
    room.wake({ keepMs: DAY_MS })
    room.say('cid-1001')
    expect(room.alarmAtMs).toBe(room.nowMs + DAY_MS)
    room.wake({ keepMs: undefined })
    await room.goOff()
    expect(texts(room)).toEqual(['cid-1000', 'cid-1001'])
    expect(room.alarmAtMs).toBe(undefined)
  }))

test('[S67][W1] a KEEP_DAYS that was set lower counts, also where the first event cannot be stored', () =>
  withRoom({ keepMs }, async (room) => {
    room.say('cid-1000')
    room.wake({ keepMs: DAY_MS })
    room.refuseCommit = true
    expect(room.say('cid-1001')).toMatchObject({ ok: false, code: 'storage' })
    room.refuseCommit = false
    expect(room.say('cid-1001')).toMatchObject({ ok: true })
    expect(room.all('SELECT sweepAtMs FROM meta')).toEqual([{ sweepAtMs: room.nowMs + DAY_MS }])
  }))

test('[W15] once it is planned, retention costs a message nothing, awake or waking', () =>
  withRoom({ keepMs }, async (room) => {
    const cost = (keep: number | undefined, cid: string) => {
      room.wake({ keepMs: keep })
      room.rows()
      const { alarmWrites } = room
      room.say(cid)
      return [room.rows().written, room.alarmWrites - alarmWrites]
    }
    room.say('cid-1000')
    const planned = cost(keepMs, 'cid-1001')
    expect(planned).toEqual(cost(undefined, 'cid-1002'))
    expect(planned[1]).toBe(0)
    expect(cost(keepMs, 'cid-1003')).toEqual(planned)
  }))

test('[S64] a sweep that storage refuses is tried again later, not at once', () =>
  withRoom({ keepMs }, async (room) => {
    room.say('cid-1000')
    room.refuse = (query) => {
      if (query.startsWith('DELETE')) throw new Error('refused')
    }
    await room.goOff()
    expect(room.reports).toEqual(['work.failed'])
    expect((room.alarmAtMs ?? 0) - room.nowMs).toBe(25_000)
    room.refuse = () => {}
    await room.goOff()
    expect([texts(room), room.alarmAtMs]).toEqual([[], undefined])
  }))

test('[S65] KEEP_DAYS of the Worker arms the real alarm; it goes off by itself, and a wipe clears it', async () => {
  const session = newSession({ AGENT: 'none', KEEP_DAYS: '0.00001' })
  const client = await TestClient.join(session)
  const { epoch } = (await client.hello()).welcome
  await client.tell('gone in a second')
  const left = () =>
    inside(session, async (_, { storage }) => [
      storage.sql.exec('SELECT pos FROM messages').toArray().length,
      storage.sql.exec('SELECT floor FROM meta').one().floor,
      Math.round(((await storage.getAlarm()) ?? Date.now()) - Date.now()),
    ])
  expect(await left()).toEqual([1, 0, expect.any(Number)])
  await vi.waitFor(async () => expect((await left()).slice(0, 2)).toEqual([0, 1]), 4_000)
  const [, , dueInMs] = await left()
  expect(dueInMs).toBeGreaterThan(29 * DAY_MS)
  const { sync } = await client.hello({ epoch, cursor: 0 })
  expect(sync).toMatchObject({ mode: 'snapshot', messages: [], hasOlder: false, to: 1 })
  const alarm = await inside(session, async (instance, { storage }) => {
    const user = { id: 'boss', name: 'Boss' }
    const request = new Request(`${ORIGIN}/sessions/${session}`, { method: 'DELETE' })
    await instance.fetch(withEntry(request, { user, role: 'admin', session }))
    return storage.getAlarm()
  })
  expect(alarm).toBe(null)
})

test.each(['0', '-1', 'a week', 'NaN', 'Infinity', '1e300'])(
  'KEEP_DAYS of %s is no number of days, and the first request says so',
  (KEEP_DAYS) => {
    expect(() => readConfig({ KEEP_DAYS })).toThrow(/^KEEP_DAYS /)
  },
)

test('KEEP_DAYS takes fractions, and without it messages are kept for ever', () => {
  expect(readConfig({ KEEP_DAYS: '0.5' }).keepMs).toBe(DAY_MS / 2)
  expect(readConfig({}).keepMs).toBe(undefined)
})
