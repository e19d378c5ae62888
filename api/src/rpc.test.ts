import { describe, expect, test } from 'vitest'
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
  stubOf,
  TestClient,
  testEnv,
  textOf,
} from '../test/TestClient.ts'
import type { TestSessionDO } from '../test/worker.ts'
import { getSession } from './getSession.ts'
import { signTicket } from './tickets.ts'

const robot = { id: 'robot', name: 'Robot' }
const quiet = () => newSession({ AGENT: 'none' })

const ticketOf = async (session: string, sub: string, role: 'viewer' | 'member') =>
  `ticket=${await signTicket({ sub, sid: session, role }, testEnv.SESSION_SECRET ?? '')}`

describe.each(MODES)('$mode', (mode) => {
  test('[W1][W2] a post is a message like any other, and everybody sees it', async () => {
    const session = quiet()
    const client = await TestClient.join(session, mode)
    const said = await stubOf(session).post({ author: robot, text: 'build 7 is green' })
    expect(said).toMatchObject({ ok: true, seq: 1, dup: false })
    const { message } = await client.get('msg')
    expect(message).toMatchObject({ role: 'user', author: robot, state: 'done', seq: 1 })
    expect(textOf(message)).toBe('build 7 is green')
    const system = {
      author: robot,
      role: 'system',
      parts: [{ type: 'data', name: 'ci', value: 7 }],
    }
    await stubOf(session).post(system as never)
    expect((await client.get('msg')).message).toMatchObject({ role: 'system', seq: 2 })
  })

  test('[W5] a post that is repeated with its cid is stored once', async () => {
    const session = quiet()
    const post = { author: robot, cid: newCid(), text: 'once' }
    const first = await stubOf(session).post(post)
    expect(await stubOf(session).post(post)).toEqual({ ...first, dup: true })
    expect(await stubOf(session).post({ ...post, text: 'other' })).toMatchObject({
      ok: false,
      code: 'conflict',
    })
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages.map(textOf)).toEqual(['once'])
  })

  test('[W8] what is posted as a user is answered, what is posted as a system is not', async () => {
    const session = newSession()
    const client = await TestClient.join(session, mode)
    await stubOf(session).post({ author: robot, role: 'system', text: 'hush' })
    await stubOf(session).post({ author: robot, text: 'news' })
    const { message } = await client.get(
      'msg',
      ({ message }) => message.state === 'done' && message.role === 'assistant',
    )
    expect(textOf(message)).toBe('about news')
  })

  test('[W2] an edit and a removal are durable changes, live and in the catch-up', async () => {
    const session = quiet()
    const client = await TestClient.join(session, mode)
    const { id } = await client.tell('frist')
    await client.tell('second')
    const edited = await stubOf(session).edit(id, { text: 'first', meta: { edited: true } })
    expect(edited).toEqual({ ok: true, id, seq: 3 })
    const { message } = await client.get('msg', (msg) => msg.seq === 3)
    expect(message).toMatchObject({ id, pos: 1, seq: 3, state: 'done', meta: { edited: true } })
    expect(textOf(message)).toBe('first')
    expect(await stubOf(session).remove(id)).toEqual({ ok: true, id, seq: 4 })
    const gone = (await client.get('msg', (msg) => msg.seq === 4)).message
    expect(gone).toMatchObject({ id, pos: 1, state: 'deleted', parts: [] })
    expect(gone.meta).toBeUndefined()
    expect(await stubOf(session).remove(id)).toEqual({ ok: true, id, seq: 4 })
    expect(await stubOf(session).edit(id, { text: 'back' })).toMatchObject({ code: 'not_found' })
    const { sync } = await client.hello()
    expect(sync.messages.map(({ pos, seq, state }) => [pos, seq, state])).toEqual([
      [1, 4, 'deleted'],
      [2, 2, 'done'],
    ])
  })

  test('[W2] what is refused takes no number and says why', async () => {
    const session = quiet()
    const client = await TestClient.join(session, mode)
    const { id } = await client.tell('kept')
    expect(await stubOf(session).edit('nobody.1', { text: 'x' })).toMatchObject({
      code: 'not_found',
    })
    expect(await stubOf(session).remove('nobody.1')).toMatchObject({ code: 'not_found' })
    const large = { text: 'x'.repeat(262_145) }
    expect(await stubOf(session).edit(id, large)).toMatchObject({ code: 'too_large' })
    expect((await client.tell('next')).seq).toBe(2)
  })

  test('[W10] a broadcast reaches every socket, also one that said no hello, and is not stored', async () => {
    const session = quiet()
    const clients = [await TestClient.join(session), await TestClient.connect(session)]
    if (mode.evict) await clients[0]?.settle()
    await stubOf(session).broadcast({ deploy: 'done' })
    for (const client of clients)
      expect(await client.get('echo')).toEqual({
        type: 'echo',
        data: { deploy: 'done' },
        from: 'server',
      })
  })

  test('[T11][W16][S71] a kick to refresh brings somebody back with another role', async () => {
    const session = quiet()
    const was = await TestClient.join(session, { query: await ticketOf(session, 'ada', 'member') })
    await stubOf(session).kick('ada', { refresh: true })
    expect(await was.getClosed()).toEqual({ code: 4401, reason: 'refresh' })
    const is = await TestClient.join(session, {
      ...mode,
      query: await ticketOf(session, 'ada', 'viewer'),
    })
    await is.say({ type: 'send', cid: newCid(), text: 'x' })
    expect(await is.get('nack')).toMatchObject({ code: 'forbidden' })
  })

  test('[W2] where there is no session nothing is made by asking for a change', async () => {
    const session = quiet()
    expect(await stubOf(session).renewEpoch()).toBeNull()
    expect(await stubOf(session).edit('a.1', { text: 'x' })).toMatchObject({ code: 'not_found' })
    await stubOf(session).broadcast(1)
    expect(await stubOf(session).kick('ada')).toBe(0)
    const { welcome } = await (await TestClient.connect(session, mode)).hello()
    expect(welcome.head).toBe(0)
  })

  test('[S23] an epoch that cannot be renewed is told, and is not "no log"', async () => {
    expectReports()
    const session = quiet()
    await TestClient.join(session, mode)
    const told = await inside(session, async (it, { storage }) => {
      storage.sql.exec(
        `CREATE TRIGGER full BEFORE UPDATE ON meta BEGIN SELECT RAISE(FAIL, 'no'); END`,
      )
      return it.renewEpoch().catch(({ message }) => message)
    })
    expect(told).toContain('renewEpoch(): ')
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[W7] an answer that is being written can be removed and not edited', async () => {
    const session = newSession()
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    const { message } = await client.get('msg', (msg) => msg.message.role === 'assistant')
    await agentGives(session, 'half a sen')
    await client.get('part')
    expect(await stubOf(session).edit(message.id, { text: 'x' })).toMatchObject({ code: 'busy' })
    expect(await stubOf(session).remove(message.id)).toMatchObject({ ok: true, seq: 4 })
    const states = [await client.get('msg'), await client.get('msg')].map((msg) => [
      msg.message.state,
      textOf(msg.message),
    ])
    expect(states).toEqual([
      ['cancelled', 'half a sen'],
      ['deleted', ''],
    ])
    await client.tell('next')
    const next = await client.get('msg', (msg) => textOf(msg.message) === 'about next')
    expect(next.message.state).toBe('done')
  })

  test('[W16] a kick closes every socket of one user, and nobody else', async () => {
    const session = quiet()
    const ada = await ticketOf(session, 'ada', 'member')
    const theirs = [
      await TestClient.join(session, { query: ada }),
      await TestClient.connect(session, { query: ada }),
    ]
    const other = await TestClient.join(session, mode)
    expect(await stubOf(session).kick('ada')).toBe(2)
    for (const client of theirs)
      expect(await client.getClosed()).toEqual({ code: 4403, reason: 'kicked' })
    expect((await other.tell('still here')).seq).toBe(1)
    expect(await stubOf(session).kick('ada')).toBe(0)
  })

  test('[W3][S21][S23] a new epoch tells everybody, keeps every message, id and cid, and fits no old cursor', async () => {
    const session = quiet()
    const client = await TestClient.join(session, mode)
    const cid = newCid()
    const { id } = await client.tell('kept', cid)
    const { welcome } = await (await TestClient.connect(session)).hello()
    const epoch = await stubOf(session).renewEpoch()
    expect(epoch).not.toBe(welcome.epoch)
    expect(await client.get('reset')).toEqual({ type: 'reset', epoch })
    const { sync } = await client.hello({ epoch: welcome.epoch, cursor: 1 })
    expect(sync).toMatchObject({ mode: 'snapshot', epoch, to: 1 })
    expect(sync.messages.map((message) => message.id)).toEqual([id])
    expect(await client.tell('kept', cid)).toMatchObject({ id, seq: 1, dup: true })
    expect(await stubOf(session).remove(id)).toMatchObject({ ok: true, seq: 2 })
    const later = await TestClient.join(session, { hello: { epoch, cursor: 1 } })
    expect(later.frames.find(({ type }) => type === 'sync')).toMatchObject({
      mode: 'suffix',
      to: 2,
    })
  })

  test('[W7] with a question that is removed goes the answer that is being written', async () => {
    const session = newSession()
    const client = await TestClient.join(session, mode)
    const asked = await client.tell('by hand')
    const { message } = await client.get('msg', (msg) => msg.message.role === 'assistant')
    await agentGives(session, 'half a sen')
    await client.get('part')
    await client.tell('next')
    expect(await stubOf(session).remove(asked.id)).toMatchObject({ ok: true, seq: 5 })
    const ends = [await client.get('msg'), await client.get('msg')].map((msg) => [
      msg.message.id,
      msg.message.state,
      textOf(msg.message),
    ])
    expect(ends).toEqual([
      [message.id, 'cancelled', 'half a sen'],
      [asked.id, 'deleted', ''],
    ])
    const next = await client.get('msg', (msg) => textOf(msg.message) === 'about next')
    expect(next.message.state).toBe('done')
  })
})

test.each([
  ['author', { author: { id: '', name: '' }, text: 'x' }],
  ['author', { author: { id: 'x', name: 'x'.repeat(65) }, text: 'x' }],
  ['cid', { author: robot, cid: 'short', text: 'x' }],
  ['role', { author: robot, role: 'boss', text: 'x' }],
  ['text', { author: robot }],
  ['parts[0]', { author: robot, parts: [{ type: 'tool' }] }],
])('[W11] a post whose %s is wrong throws and names it', async (field, post) => {
  const told = inside(quiet(), (it) => it.post(post as never).catch(({ message }) => message))
  expect(await told).toContain(`post(): ${field}: `)
})

test('[W11] what no method can use throws, and says which and why', async () => {
  const told = (run: (it: TestSessionDO) => Promise<unknown>) =>
    inside(quiet(), (it) => run(it).then(String, ({ message }) => message))
  expect(await told((it) => it.post(undefined as never))).toContain('post(): expected an object')
  expect(await told((it) => it.edit(5 as never, { text: 'x' }))).toContain('edit(): id: expected')
  expect(await told((it) => it.remove(null as never))).toContain('remove(): id: expected')
  expect(await told((it) => it.kick(undefined as never))).toContain('kick(): id: expected')
  expect(await told((it) => it.kick('ada', null as never))).toContain('kick(): expected an object')
  expect(await told((it) => it.kick('ada', { refresh: 1 } as never))).toContain('kick(): refresh')
  expect(await told((it) => it.broadcast(undefined))).toContain('broadcast(): expected a value')
  const large = 'x'.repeat(1_048_576)
  expect(await told((it) => it.broadcast(large))).toContain('at most 1048512 bytes')
})

test('[W13] an edit is weighed with the meta that stays', async () => {
  const session = quiet()
  const meta = { note: 'x'.repeat(200_000) }
  const said = await stubOf(session).post({ author: robot, text: 'x', meta })
  const id = said.ok ? said.id : ''
  const large = { text: 'x'.repeat(100_000) }
  expect(await stubOf(session).edit(id, large)).toMatchObject({ code: 'too_large' })
  expect(await stubOf(session).edit(id, { ...large, meta: {} })).toMatchObject({ ok: true, seq: 2 })
})

test('a session is had by its id, and by nothing that is none', async () => {
  const session = quiet()
  expect(await getSession(testEnv, session).post({ author: robot, text: 'x' })).toMatchObject({
    ok: true,
    seq: 1,
  })
  expect(() => getSession(testEnv, 'no id')).toThrow('a session id is 1 to 64')
})

test('[W15] evictions were in earnest', () => checkEvictions(8))

test('[W1] ends were in earnest', () => checkEndings(1, ['catch-up']))
