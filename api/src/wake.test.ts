/** What a session does when it wakes, and what it leaves alone: statements of failures.md. */

import { abortAllDurableObjects, runDurableObjectAlarm } from 'cloudflare:test'
import type { Message } from '@session-kit/ui-kit/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import {
  agentGives,
  evict,
  expectReports,
  inside,
  newCid,
  newSession,
  stubOf,
  TestClient,
  testEnv,
} from '../test/TestClient.ts'
import { boots, variables } from '../test/worker.ts'
import { MessageLog } from './MessageLog.ts'
import { SessionDO } from './worker.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const alone = { AGENT: 'none' }

test.each<[string, unknown]>([
  ['null', null],
  ['of an older version', { v: 0, id: 'x', phase: 'live' }],
  ['of a newer version', { v: 99 }],
  ['no object', 'text'],
])(
  '[S03] an attachment that is %s ends its socket, throws nothing and hurts nobody else',
  async (_name, attachment) => {
    const session = newSession(alone)
    const [odd, leaving] = [await TestClient.connect(session), await TestClient.connect(session)]
    const ada = await TestClient.join(session)
    await inside(session, (_, state) => {
      for (const socket of state.getWebSockets())
        if (socket.deserializeAttachment().phase === 'raw') socket.serializeAttachment(attachment)
    })
    await evict(session)
    await ada.tell('the others go on')
    await odd.say({ type: 'hello', v: 1 })
    expect(await odd.getClosed()).toEqual({ code: 1011, reason: 'unknown_connection' })
    leaving.close()
    expect((await leaving.getClosed()).code).toBe(1011)
    await ada.tell('still')
    expect(odd.frames).toEqual([])
  },
)

test('[S32] where the Worker cannot handle a frame at all its socket ends, and nobody waits in vain', async () => {
  const session = newSession(alone)
  const [ada, bob] = [await TestClient.join(session), await TestClient.join(session)]
  await ada.tell('before')
  variables.set(session, { ...alone, SESSION_LIMITS: '{' })
  await evict(session)
  const reports = expectReports()
  await ada.say({ type: 'send', cid: newCid(), text: 'x' })
  expect(await ada.getClosed()).toEqual({ code: 1011, reason: 'internal' })
  bob.close(1000)
  expect((await bob.getClosed()).code).toBe(1011)
  expect(reports).toContain('socket.failed')
  variables.set(session, alone)
  await evict(session)
  expect((await (await TestClient.join(session)).tell('as before')).seq).toBe(2)
})

test('[S04] what waking reads does not depend on how much is stored', async () => {
  const session = newSession(alone)
  const client = await TestClient.join(session)
  const { epoch } = (await client.hello()).welcome
  const costs = []
  for (const stored of [10, 10_000]) {
    await inside(session, (_, { storage }) => {
      const log = new MessageLog((query, ...values) => storage.sql.exec(query, ...values))
      for (let head = log.load()?.head ?? 0; head < stored; head++) log.insert(words(`${head}`))
      log.save()
    })
    await evict(session)
    const counted = await inside(session, (_, { storage: { sql } }) => {
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
      const exec = sql.exec.bind(sql)
      vi.spyOn(sql, 'exec').mockImplementation((query, ...values) => {
        const cursor = exec(query, ...values)
        cursors.push(cursor)
        return cursor as never
      })
      return cursors
    })
    const { sync } = await client.hello({ epoch, cursor: stored - 2 })
    expect([sync.mode, sync.to, sync.messages.length]).toEqual(['suffix', stored, 2])
    const sum = (of: 'rowsRead' | 'rowsWritten') =>
      counted.reduce((total, cursor) => total + cursor[of], 0)
    costs.push(await inside(session, () => [sum('rowsRead'), sum('rowsWritten')]))
  }
  expect(costs[0]?.[0]).toBeGreaterThan(2)
  expect(costs[1]).toEqual(costs[0])
  expect(costs[0]?.[1]).toBe(0)
})

test('[S05] a constructor touches no storage, arms no alarm and starts no timer', async () => {
  const used = await inside(newSession(alone), (_, state) => {
    const used: string[] = []
    const watched = ['storage', 'getWebSockets', 'waitUntil', 'blockConcurrencyWhile'] as const
    for (const name of [...watched, 'setWebSocketAutoResponse'] as const) {
      const value = state[name]
      const get = () => {
        used.push(name)
        return value
      }
      Object.defineProperty(state, name, { get, configurable: true })
    }
    const timers = (['setTimeout', 'setInterval'] as const).map((name) =>
      vi.spyOn(globalThis, name),
    )
    new SessionDO(state, testEnv)
    for (const timer of timers) expect(timer).not.toHaveBeenCalled()
    return used
  })
  expect(used).toEqual(['setWebSocketAutoResponse'])
})

test('[S63] an alarm that runs twice leaves what it left when it ran once', async () => {
  const session = newSession()
  const client = await TestClient.join(session)
  await client.tell('by hand')
  await agentGives(session, 'cut')
  await client.get('part')
  await abortAllDurableObjects()
  await client.getClosed()
  const stored = () =>
    inside(session, async (_, { storage }) => [
      storage.sql.exec('SELECT body FROM messages ORDER BY pos').toArray(),
      await storage.getAlarm(),
    ])
  expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
  const once = await stored()
  expect(JSON.stringify(once)).toContain('interrupted')
  const before = boots.get(session)?.length ?? 0
  await inside(session, (instance) => instance.alarm())
  await evict(session)
  await inside(session, (instance) => instance.alarm())
  expect(boots.get(session)?.length).toBeGreaterThan(before)
  expect(await stored()).toEqual(once)
})

const words = (text: string): Omit<Message, 'id' | 'pos' | 'seq'> => ({
  role: 'user',
  author: { id: 'u', name: 'U' },
  state: 'done',
  parts: [{ type: 'text', text }],
  createdAt: 0,
})
