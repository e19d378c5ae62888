/** What may be said, and how it is stored or refused: statements of failures.md. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import {
  agentGives,
  checkEvictions,
  expectReports,
  inside,
  LINE_MODES,
  MODES,
  newCid,
  newSession,
  socketOf,
  TestClient,
  testEnv,
  textOf,
} from '../test/TestClient.ts'
import { signTicket } from './tickets.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const quiet = { SESSION_LIMITS: '{"burst":10000,"perSecond":10000}' }
const alone = { AGENT: 'none', ...quiet }

/** Every row that the session holds, table by table. */
const rows = (session: string): Promise<Record<string, unknown[]>> =>
  inside(session, (_, { storage: { sql } }) => {
    const tables = sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '_cf_%'`,
      )
      .toArray()
    return Object.fromEntries(
      tables.map(({ name }) => [name, sql.exec(`SELECT * FROM "${name}"`).toArray()]),
    )
  })

describe.each(MODES)('$mode', (mode) => {
  test('[S12] unknown fields in any frame are ignored, an unknown type is an echo, and nothing is fatal', async () => {
    const client = await TestClient.connect(newSession(quiet), mode)
    const newer = { type: 'hello', v: 1, resumeToken: 'x', have: [{ id: 1 }], batch: true }
    await client.say(newer)
    await client.get('sync')
    await client.say({ type: 'send', cid: newCid(), text: 'why', rev: 2, urgent: true })
    const { id } = await client.get('ack')
    const { message } = await client.get(
      'msg',
      (frame) => frame.message.role === 'assistant' && frame.message.state === 'done',
    )
    await client.say({ type: 'again', cid: newCid(), id: message.id, model: 'better' })
    expect((await client.get('ack')).id).toBe(id)
    await client.say({ type: 'page', ref: 'r', before: 2, limit: 1, filter: 'mine' })
    expect((await client.get('page')).messages).toHaveLength(1)
    await client.say({ type: 'cancel', id, rev: 7 })
    await client.say({ type: 'presence', state: {}, until: 9 })
    await client.say({ type: 'ping', at: 9 })
    await client.say({ type: 'react', id, emoji: '👍' })
    expect((await client.get('echo')).data).toEqual({ type: 'react', id, emoji: '👍' })
    await client.settle()
    expect(client.frames.filter(({ type }) => type === 'error' || type === 'nack')).toEqual([])
  })

  test('[T20][S47] names like __proto__ and constructor are values like any other, as keys, types and ids', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']
    const query = 'guest=__proto__constructor&name=__proto__'
    const session = newSession(quiet)
    const client = await TestClient.join(session, { ...mode, query })
    for (const name of names) {
      const own = `{"${name}":{"polluted":1}}`
      await client.say(`{"type":"${name}","${name}":{"type":"send"}}`)
      expect(JSON.stringify((await client.get('echo')).data)).toContain(`"type":"${name}"`)
      await client.say(
        `{"type":"send","cid":"${name}","meta":${own},"parts":[{"type":"data","name":"${name}","value":${own}}]}`,
      )
      expect(await client.get('ack')).toMatchObject({ cid: name, dup: false })
      await client.say({ type: 'send', cid: name, text: 'other' })
      expect(await client.get('nack')).toMatchObject({ cid: name, code: 'conflict' })
      await client.say({ type: 'again', cid: `again-${name}`, id: name })
      expect(await client.get('nack')).toMatchObject({ code: 'not_found' })
      await client.say({ type: 'cancel', id: name })
      expect(await client.get('error')).toMatchObject({ code: 'not_found', ref: name })
      await client.say(`{"type":"presence","state":${own}}`)
      await client.say({ type: 'page', ref: name, before: 9, limit: 9 })
      expect((await client.get('page')).ref).toBe(name)
    }
    const { sync, welcome } = await client.hello()
    expect(welcome.you.user.name).toBe('__proto__')
    const said = sync.messages.filter(({ role }) => role === 'user')
    for (const [i, name] of names.entries()) {
      const own = `{"${name}":{"polluted":1}}`
      const { cid, meta, parts } = said[i] ?? {}
      expect([cid, JSON.stringify(meta)]).toEqual([name, own])
      expect(JSON.stringify(parts)).toBe(`[{"type":"data","name":"${name}","value":${own}}]`)
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test('[S51] a socket that never says hello is given no content, whatever the others do', async () => {
    const session = newSession(quiet)
    const silent = await TestClient.connect(session, mode)
    const ada = await TestClient.join(session, mode)
    const { id } = await ada.tell('by hand')
    await agentGives(session, 'a secret answer')
    await ada.get('part')
    await ada.say({ type: 'presence', state: { typing: true } })
    await silent.say({ type: 'page', ref: 'r', before: 9, limit: 9 })
    await silent.say({ type: 'send', cid: newCid(), text: 'x' })
    await silent.say({ type: 'cancel', id })
    await agentGives(session, ' and more', 'end')
    await ada.get('msg', ({ message }) => message.state === 'done' && message.role === 'assistant')
    await silent.settle()
    const types = silent.frames.map(({ type }) => type)
    expect(types.sort()).toEqual(['error', 'error', 'error', 'pong'])
    expect(silent.texts.join()).not.toMatch(/by hand|secret|typing/)
    expect(silent.closed).toBeUndefined()
    await silent.say('"still open"')
    await silent.get('echo')
  })

  test('[S66] a clock that stands still or goes back changes no order', async () => {
    const session = newSession(alone)
    const client = await TestClient.join(session, mode)
    const times = [9_000, 5_000, 5_000, 1, 7_000]
    const now = vi.spyOn(Date, 'now')
    for (const [i, time] of times.entries()) {
      now.mockReturnValue(time)
      await client.tell(`${i}`)
    }
    const { sync } = await client.hello()
    const page = sync.messages.map(({ pos, seq, createdAt }) => [pos, seq, createdAt])
    expect(page).toEqual(times.map((time, i) => [i + 1, i + 1, time]))
    const late = await client.hello({ epoch: sync.epoch, cursor: 2 })
    expect(late.sync.messages.map(textOf)).toEqual(['2', '3', '4'])
  })

  test('[S66] a clock that goes back by an hour holds up no growing text and no count', async () => {
    const session = newSession({ SESSION_LIMITS: '{"peers":2,"burst":10000,"perSecond":10000}' })
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    await agentGives(session, 'before')
    await client.get('part')
    for (let i = 0; i < 2; i++) await TestClient.connect(session, mode)
    await client.get('presence', ({ connections }) => connections === 3)
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000)
    await agentGives(session, ' and after')
    expect((await client.get('delta')).text).toBe(' and after')
    await TestClient.connect(session, mode)
    await client.get('presence', ({ connections }) => connections === 4)
    await agentGives(session, 'end')
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[S33] what two people send in one tick has one order, in acks and messages, for everybody', async () => {
    const session = newSession(alone)
    const [ada, bob, eve] = [
      await TestClient.join(session, mode),
      await TestClient.join(session, mode),
      await TestClient.join(session, mode),
    ]
    const turns = [ada, bob, bob, ada, bob, ada]
    const cids = turns.map(newCid)
    await inside(session, (instance, state) => {
      for (const [i, client] of turns.entries()) {
        const frame = JSON.stringify({ type: 'send', cid: cids[i], text: `${i}` })
        instance.webSocketMessage(socketOf(state, client), frame)
      }
    })
    for (const client of [ada, bob, eve]) {
      await client.settle()
      const seen = client.frames.flatMap((frame) =>
        frame.type === 'msg' ? [`${frame.seq} ${textOf(frame.message)}`] : [],
      )
      expect(seen).toEqual(cids.map((_, i) => `${i + 1} ${i}`))
    }
    for (const client of [ada, bob]) {
      const acks = client.frames.flatMap((frame) =>
        frame.type === 'ack' ? [`${frame.seq} ${frame.cid}`] : [],
      )
      const mine = cids.map((cid, i) => `${i + 1} ${cid}`).filter((_, i) => turns[i] === client)
      expect(acks).toEqual(mine)
    }
  })

  test('[T20][S48] SQL in every string comes back verbatim, and the tables are as they were', async () => {
    const sql = `x'); DROP TABLE messages; --"`
    const session = newSession(alone)
    const claims = { sub: sql, name: sql, sid: '*' }
    const query = `ticket=${await signTicket(claims, testEnv.SESSION_SECRET ?? '')}`
    const client = await TestClient.join(session, { ...mode, query })
    const before = Object.keys(await rows(session))
    const file = { type: 'file', url: sql, mediaType: sql, name: sql } as const
    const data = { type: 'data', name: sql, value: { [sql]: [sql] } } as const
    const parts = [{ type: 'text', text: sql }, file, data]
    await client.say({ type: 'send', cid: newCid(), parts, meta: { [sql]: sql } })
    await client.get('ack')
    await client.say({ type: 'presence', state: { [sql]: sql } })
    await client.say({ type: 'cancel', id: sql })
    expect((await client.get('error')).ref).toBe(sql)
    await client.say({ type: 'page', ref: sql, before: 9, limit: 9 })
    const page = await client.get('page')
    expect(page.ref).toBe(sql)
    expect((await client.hello({ epoch: sql, cursor: 0 })).sync.mode).toBe('snapshot')
    const { sync, welcome } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages).toEqual(page.messages)
    const user = { id: sql, name: sql }
    expect(sync.messages).toMatchObject([{ author: user, parts, meta: { [sql]: sql } }])
    expect(welcome.peers).toMatchObject([{ user, state: { [sql]: sql } }])
    expect(Object.keys(await rows(session))).toEqual(before)
  })

  test.each(['messages', 'sent', 'turns'])(
    '[S32] a send that fails at the table %s is nacked and leaves no partial write',
    async (table) => {
      const session = newSession(quiet)
      const client = await TestClient.join(session, mode)
      await client.tell('first')
      await client.get('status', ({ state }) => state === 'idle')
      const before = await rows(session)
      const reports = expectReports()
      await inside(session, (_, { storage: { sql } }) => {
        sql.exec(
          `CREATE TRIGGER sabotage BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'sabotage'); END`,
        )
      })
      const cid = newCid()
      await client.say({ type: 'send', cid, text: 'second' })
      expect(await client.get('nack')).toMatchObject({ cid, code: 'storage', retryable: true })
      expect(reports).toEqual(['work.failed'])
      expect(await rows(session)).toEqual(before)
      await client.settle()
      expect(client.rest('msg', 'status')).toEqual([])
      await inside(session, (_, { storage: { sql } }) => void sql.exec('DROP TRIGGER sabotage'))
      expect(await client.tell('second', cid)).toMatchObject({ seq: 4, dup: false })
    },
  )
})

test('[W15] evictions were in earnest', () => checkEvictions(40))

test('[W1] ends were in earnest', () => checkEndings(1, ['queued', 'transaction', 'catch-up']))
