import { runDurableObjectAlarm } from 'cloudflare:test'
import type { Message } from '@session-kit/ui-kit/protocol'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import {
  agentGives,
  checkEvictions,
  expectReports,
  inside,
  MODES,
  newCid,
  newSession,
  ORIGIN,
  stubOf,
  TestClient,
  testEnv,
  textOf,
} from '../test/TestClient.ts'
import { withRoom } from '../test/withRoom.ts'
import worker from '../test/worker.ts'

afterEach(() => void vi.restoreAllMocks())

/** SQLite's own words, as a Durable Object hears them. */
const FULL = 'database or disk is full: SQLITE_FULL'

/** No message and no text gets any more room. */
const fill = (session: string) =>
  inside(session, (_, { storage }) => {
    for (const [n, when] of ['INSERT ON messages', 'INSERT ON parts', 'UPDATE ON parts'].entries())
      storage.sql.exec(
        `CREATE TRIGGER full${n} BEFORE ${when} BEGIN SELECT RAISE(ABORT, '${FULL}'); END`,
      )
  })

const makeRoom = (session: string) =>
  inside(session, (_, { storage }) => {
    for (const n of [0, 1, 2]) storage.sql.exec(`DROP TRIGGER full${n}`)
  })

describe.each(MODES)('$mode', (mode) => {
  test('[W1] a full session nacks `full`, not to be tried again, and goes on with all else', async () => {
    const session = newSession({ AGENT: 'none' })
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    const { seq } = await ada.tell('fits')
    const reports = expectReports()
    await fill(session)
    const [first, second] = [newCid(), newCid()]
    await ada.say({ type: 'send', cid: first, text: 'no room' })
    await ada.say({ type: 'send', cid: second, text: 'nor for this' })
    const refused = { code: 'full', retryable: false, message: 'the session has no room left' }
    expect(await ada.get('nack')).toMatchObject({ cid: first, ...refused })
    expect(await ada.get('nack')).toMatchObject({ cid: second, ...refused })
    expect(reports).toEqual(['work.failed', 'work.failed'])
    const { sync } = await bob.hello()
    expect(sync.messages.map(textOf)).toEqual(['fits'])
    await bob.say({ type: 'page', ref: 'p', before: 9, limit: 9 })
    expect((await bob.get('page')).messages).toHaveLength(1)
    await bob.say([1])
    await ada.get('echo')
    await makeRoom(session)
    expect((await ada.tell('no room', first)).seq).toBe(seq + 1)
  })

  test('[W1] a POST that finds no room is answered 507', async () => {
    const session = newSession({ AGENT: 'none' })
    await TestClient.join(session, mode)
    expectReports()
    await fill(session)
    const post = await worker.fetch(
      new Request(`${ORIGIN}/sessions/${session}/do/messages?guest=the-secret-of-a-guest`, {
        method: 'POST',
        body: JSON.stringify({ cid: newCid(), text: 'no room' }),
      }),
      testEnv,
    )
    expect([post.status, await post.json()]).toEqual([
      507,
      { error: { code: 'full', message: 'the session has no room left' } },
    ])
    const author = { id: 'u', name: 'U' }
    const said = await inside(session, (it) => it.post({ author, text: 'no room' }))
    expect(said).toMatchObject({ ok: false, code: 'full' })
  })

  test('[W1][W8] an answer that finds no room ends when there is some, as interrupted, with what is stored', async () => {
    const session = newSession()
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    await agentGives(session, 'stored')
    await client.get('part')
    const reports = expectReports()
    await fill(session)
    await agentGives(session, ' and no more')
    await vi.waitFor(() => expect(reports).toEqual(['work.failed']))
    await makeRoom(session)
    expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
    const { message } = await client.get('msg', (frame) => frame.message.state === 'interrupted')
    expect(textOf(message)).toBe('stored')
    expect(client.texts.join()).not.toContain('and no more')
    await client.tell('next')
    await client.get('msg', (frame) => textOf(frame.message) === 'about next')
  })
})

test('[W1] a session ends before its storage does: sends are nacked `full`, repeated ones still acked', async () => {
  const session = newSession({
    AGENT: 'none',
    SESSION_LIMITS: '{"storageBytes":300000,"burst":10000,"perSecond":10000}',
  })
  const client = await TestClient.join(session)
  const cid = newCid()
  const { seq: first } = await client.tell('the first', cid)
  let stored = first
  for (;;) {
    await client.say({ type: 'send', cid: newCid(), text: 'x'.repeat(2_000) })
    const answer = await client.getAny(['ack', 'nack'])
    if (answer.type === 'nack') {
      expect(answer).toMatchObject({ code: 'full', retryable: false })
      break
    }
    stored = answer.seq
  }
  expect(stored).toBeGreaterThan(90)
  expect(stored).toBeLessThan(180)
  expect(await client.tell('the first', cid)).toMatchObject({ seq: first, dup: true })
  const { sync } = await client.hello()
  expect(sync.to).toBe(stored)
  const edited = await inside(session, (it) =>
    it.edit(sync.messages[0]?.id ?? '', { text: 'longer' }),
  )
  expect(edited).toMatchObject({ ok: false, code: 'full' })
  const removed = await inside(session, (it) => it.remove(sync.messages[0]?.id ?? ''))
  expect(removed).toMatchObject({ ok: true, seq: stored + 1 })
  await inside(session, (_, { storage }) => void storage.sql.exec('DELETE FROM messages'))
  expect((await client.tell('there is room again')).dup).toBe(false)
})

test('[W1] where SQLite itself rolls everything back, every sender hears `full`', () =>
  withRoom({ respond: async function* () {} }, async (room) => {
    room.say('cid-0001')
    await room.settle()
    room.refuse = (query) => {
      if (query.startsWith('UPDATE meta')) throw new Error(FULL)
    }
    expect(room.say('cid-0002')).toMatchObject({ ok: false, code: 'full', retryable: false })
    expect(room.reports).toEqual(['flush.failed'])
    room.refuse = () => {}
    // The answer of the first took two.
    expect(room.say('cid-0002')).toMatchObject({ ok: true, seq: 4 })
    const asked = room.messages().filter(({ role }) => role === 'user')
    const states = asked.map(({ cid, seq }: Message) => [cid, seq])
    expect(states).toEqual([
      ['cid-0001', 1],
      ['cid-0002', 4],
    ])
  }))

test('[W15] evictions were in earnest', () => checkEvictions(2))

test('[W1] ends were in earnest', () => checkEndings(1, ['catch-up']))
