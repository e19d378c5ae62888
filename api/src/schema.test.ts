import { runDurableObjectAlarm } from 'cloudflare:test'
import type { Message } from '@session-kit/ui-kit/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import schema1 from '../test/fixtures/schema1.sql?raw'
import {
  evict,
  expectReports,
  inside,
  newCid,
  newSession,
  ORIGIN,
  stubOf,
  TestClient,
  testEnv,
  textOf,
} from '../test/TestClient.ts'
import worker from '../test/worker.ts'
import { contentHash } from './contentHash.ts'
import { MessageLog } from './MessageLog.ts'
import { SCHEMA } from './schema.ts'

afterEach(() => void vi.restoreAllMocks())

/** What the tables of each version are, since its release. */
const TABLES: Record<number, string> = { 2: 'ig17p5.1pesliv.2av' }

const EPOCH1 = 'pne3DnSunOLBoSSA'
const ADA = { query: 'guest=the-secret-of-a-guest&name=Ada' }
const BOB = { query: 'guest=the-secret-of-another&name=Bob' }

/** A session whose storage is as version 1 left it; `atRest`: without the turns it was in. */
async function session1(atRest = false): Promise<string> {
  const session = newSession()
  await inside(session, (_, { storage }) => {
    for (const line of schema1.split('\n'))
      if (!line.startsWith('--') && line !== '') storage.sql.exec(line)
    if (!atRest) return
    storage.sql.exec('DELETE FROM turns')
    storage.sql.exec('DELETE FROM messages WHERE growing = 1')
  })
  return session
}

const rowsOf = (session: string, query: string) =>
  inside(session, (_, { storage }) => storage.sql.exec(query).toArray())

const schemaOf = async (session: string) =>
  (await rowsOf(session, 'SELECT schema FROM meta'))[0]?.schema

/** Tables with their columns, and indexes. */
async function shapeOf(session: string): Promise<string[]> {
  const columns = await rowsOf(
    session,
    `SELECT t.name AS name, c.name AS field, c.type, c."notnull" AS needed, c.pk, t.wr, c.dflt_value
     FROM pragma_table_list t JOIN pragma_table_info(t.name) c
     WHERE t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_cf_%' ORDER BY t.name, c.cid`,
  )
  const indexes = await rowsOf(
    session,
    `SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`,
  )
  return [...columns, ...indexes].map((row) => JSON.stringify(row))
}

const read = async (path: string) => {
  const response = await worker.fetch(
    new Request(`${ORIGIN}${path}?${BOB.query}&limit=100`),
    testEnv,
  )
  return { status: response.status, json: (await response.json()) as { messages: Message[] } }
}

test('tables that change need a new version, a migration and a fixture of the old one', async () => {
  const session = newSession({ AGENT: 'none' })
  await TestClient.join(session)
  expect(
    { [SCHEMA]: contentHash(await shapeOf(session)) },
    'TABLES changed: raise SCHEMA, add a step to MIGRATIONS, keep a fixture of the version before, and add its line to this test',
  ).toEqual({ [SCHEMA]: TABLES[SCHEMA] })
})

test('what a migration makes of version 1 is what a new session gets', async () => {
  const [old, fresh] = [await session1(), newSession({ AGENT: 'none' })]
  await (await TestClient.join(old, ADA)).tell('now it is written')
  await TestClient.join(fresh)
  expect(await schemaOf(old)).toBe(SCHEMA)
  expect(await shapeOf(old)).toEqual(await shapeOf(fresh))
})

test('[S19] what is pruned first from a log of version 1 brings its tables up to date, once', async () => {
  const session = await session1(true)
  await inside(session, (_, { storage }) => {
    const log = new MessageLog((query, ...values) => storage.sql.exec(query, ...values))
    log.load()
    for (const aged of [...log.oldest(true)].slice(0, 2)) log.prune(aged, 0)
    log.save()
    expect(log.meta).toMatchObject({ schema: SCHEMA, floor: 3 })
  })
  expect(await rowsOf(session, 'SELECT schema, floor FROM meta')).toEqual([
    { schema: SCHEMA, floor: 3 },
  ])
})

test('[W15] a log of version 1 is read and joined without being written', async () => {
  const session = await session1(true)
  const { json } = await read(`/sessions/${session}/do/messages`)
  expect(json.messages.map(({ state }) => state)).toEqual([
    ...['done', 'done', 'done', 'cancelled', 'done', 'error', 'done', 'interrupted'],
    ...['done', 'done', 'done', 'done', 'done', 'done'],
  ])
  expect(await read(`/sessions/${session}/do/status`)).toMatchObject({
    json: { epoch: EPOCH1, head: 21 },
  })
  const client = await TestClient.connect(session, BOB)
  const { sync } = await client.hello({ epoch: EPOCH1, cursor: 17 })
  expect([sync.mode, sync.messages.map(({ seq }) => seq)]).toEqual(['suffix', [18, 20, 21]])
  await client.say({ type: 'page', ref: 'p', before: 14, limit: 1 })
  const [long] = (await client.get('page')).messages
  expect(textOf(long as Message)).toBe(`It's "${'né 🦊👩‍👩‍👧 \u0000 naïve — 漢字;\n'.repeat(90)}"`)
  expect(long).toMatchObject({
    author: { name: 'Bob' },
    parts: [{}, { type: 'data', name: 'where', value: { at: [1, null] } }],
    meta: { lang: 'en' },
  })
  expect(await rowsOf(session, 'SELECT * FROM meta')).toEqual([
    { schema: 1, session: 's1-9a6bad19', epoch: EPOCH1, head: 21, floor: 0, status: 'working' },
  ])
})

test('[W5][W8] a log of version 1 goes on: its turn is cut, those that waited run, cids count', async () => {
  const session = await session1()
  const bob = await TestClient.connect(session, BOB)
  const { welcome, sync } = await bob.hello({ epoch: EPOCH1, cursor: 18 })
  expect([welcome.epoch, sync.mode]).toEqual([EPOCH1, 'suffix'])
  const ending = (id: string) =>
    bob.get('msg', ({ message }) => message.replyTo === id && message.state === 'done')
  expect(textOf((await ending('pne3DnSu.k')).message)).toBe('about waits')
  expect(textOf((await ending('pne3DnSu.l')).message)).toBe('about waits, too')
  const { json } = await read(`/sessions/${session}/do/messages`)
  const cut = json.messages.find(({ id }) => id === 'pne3DnSu.j')
  expect(cut?.state).toBe('interrupted')
  expect(cut?.parts.slice(0, 2)).toEqual([
    { type: 'reasoning', text: 'hm 🦊' },
    { type: 'tool', callId: 'c1', name: 'look', state: 'done', output: { found: 1 } },
  ])
  expect(textOf({ parts: cut?.parts.slice(2) ?? [] })).toBe(
    'A sentence that grows, 🦊. '.repeat(8 * 190),
  )
  const dup = { id: 'pne3DnSu.i', seq: 18, dup: true }
  expect(await bob.tell('by hand, for ever', 'fixture-cid-06')).toMatchObject(dup)
  await bob.say({ type: 'again', cid: 'fixture-cid-05', id: 'pne3DnSu.2' })
  expect(await bob.get('ack')).toMatchObject({ id: 'pne3DnSu.1', seq: 1, dup: true })
  await bob.say({ type: 'send', cid: 'fixture-cid-07', text: 'other' })
  expect(await bob.get('nack')).toMatchObject({ code: 'conflict' })
  const ada = await TestClient.join(session, ADA)
  expect(await ada.tell('hello', 'fixture-cid-01')).toMatchObject({ seq: 1, dup: true })
  const { head } = (await bob.hello()).welcome
  expect((await ada.tell('on it goes')).seq).toBe(head + 1)
})

test('[S23] a renewed epoch keeps messages, numbers, ids and cids; an old cursor gets a snapshot', async () => {
  const session = await session1(true)
  const bob = await TestClient.join(session, BOB)
  const epoch = await inside(session, (it) => it.renewEpoch())
  expect([epoch, await bob.get('reset')]).not.toContain(EPOCH1)
  const { welcome, sync } = await bob.hello({ epoch: EPOCH1, cursor: 21 })
  expect([welcome.epoch, sync.mode, sync.to]).toEqual([epoch, 'snapshot', 21])
  expect(sync.messages.map(({ id }) => id)).toContain('pne3DnSu.2')
  expect((await bob.tell('waits', 'fixture-cid-07')).dup).toBe(true)
  await bob.say({ type: 'again', cid: newCid(), id: 'pne3DnSu.2' })
  expect(await bob.get('ack')).toMatchObject({ id: 'pne3DnSu.1', dup: false })
  const { message } = await bob.get('msg', (frame) => frame.message.state === 'done')
  expect([message.id, textOf(message)]).toEqual(['pne3DnSu.m', 'about hello'])
  expect((await bob.hello({ epoch, cursor: 21 })).sync.mode).toBe('suffix')
})

test('storage of a later version is refused, told what to do, and left as it is', async () => {
  const session = newSession({ AGENT: 'none' })
  const client = await TestClient.join(session)
  await client.tell('stored')
  await inside(session, (_, { storage }) => {
    storage.sql.exec(`UPDATE meta SET schema = ${SCHEMA + 1}`)
  })
  await evict(session)
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(line))
  await client.say({ type: 'send', cid: newCid(), text: 'refused' })
  expect(await client.getClosed()).toEqual({ code: 1011, reason: 'newer_schema' })
  const next = await TestClient.connect(session)
  await next.say({ type: 'hello', v: 1 })
  expect(await next.getClosed()).toEqual({ code: 1011, reason: 'newer_schema' })
  expect(await read(`/sessions/${session}/do/messages`)).toMatchObject({
    status: 503,
    json: { error: { code: 'newer_schema' } },
  })
  expect(lines.join()).toContain('Deploy that version again, or a later one.')
  const left = await rowsOf(session, 'SELECT schema FROM meta')
  expect(left).toEqual([{ schema: SCHEMA + 1 }])
})

test('an alarm leaves storage of a later version alone, and is not armed again', async () => {
  const session = newSession({ AGENT: 'none' })
  await TestClient.join(session)
  const reports = expectReports()
  await inside(session, async (_, { storage }) => {
    storage.sql.exec(`UPDATE meta SET schema = ${SCHEMA + 1}`)
    await storage.setAlarm(Date.now() + 3_600_000)
  })
  await evict(session)
  expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
  expect(await runDurableObjectAlarm(stubOf(session))).toBe(false)
  expect(reports).toEqual(['alarm.left'])
})

test('[S64] an alarm that fails is armed again', async () => {
  const session = newSession({ AGENT: 'none' })
  await TestClient.join(session)
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(line))
  await inside(session, async (_, { storage }) => {
    storage.sql.exec(`UPDATE meta SET epoch = NULL, prefix = NULL`)
    await storage.setAlarm(Date.now() + 3_600_000)
  })
  await evict(session)
  for (let time = 0; time < 7; time++)
    expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
  expect(lines.filter((line) => line.includes('alarm.failed'))).toHaveLength(7)
  await inside(session, (_, { storage }) => {
    storage.sql.exec(`UPDATE meta SET epoch = 'mended'`)
  })
  expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
  expect(await runDurableObjectAlarm(stubOf(session))).toBe(false)
})
