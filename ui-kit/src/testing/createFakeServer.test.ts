import { beforeEach, expect, test } from 'vitest'
import { createFakeServer, type FakeServer, type FakeServerOptions } from './createFakeServer.ts'
import { createManualClock, type ManualClock } from './createManualClock.ts'
import { createRawClient } from './createRawClient.ts'

let clock: ManualClock
let server: FakeServer

const ADA = 'guest=0123456789abcdef&name=Ada'
const BEN = 'guest=fedcba9876543210&name=Ben'

function start(options: FakeServerOptions = {}): void {
  clock = createManualClock(1000)
  server = createFakeServer({ clock, agent: () => null, ...options })
}

/** A client that has said hello and has forgotten what it heard until then. */
function join(query = ADA, hello: object = {}) {
  const client = createRawClient(server, 'room', query)
  clock.advance(0)
  client.say({ type: 'hello', v: 1, ...hello })
  clock.advance(0)
  client.heard()
  return client
}

const send = (cid: string, text = cid) => ({ type: 'send', cid, text })

/** What a second hello of a new connection is answered with. */
function resume(hello: object): string[] {
  const client = createRawClient(server, 'room', ADA)
  clock.advance(0)
  client.say({ type: 'hello', v: 1, ...hello })
  clock.advance(0)
  return client.heard()
}

beforeEach(() => start())

test('hello is answered with who we are, where the log stands, and the newest messages', () => {
  server.session('room').history(Array.from({ length: 130 }, (_, i) => ({ text: `${i}` })))
  const ben = join(BEN)
  const ada = createRawClient(server, 'room', ADA)
  clock.advance(0)
  ada.say({ type: 'hello', v: 1 })
  clock.advance(0)
  expect(ada.heard()).toEqual(['welcome', 'sync:snapshot 100 to 130'])
  expect(ada.all('sync')[0]).toMatchObject({ hasOlder: true, more: false })
  expect(ada.all('welcome')[0]).toMatchObject({
    session: 'room',
    you: { user: { name: 'Ada' }, role: 'member' },
    head: 130,
    connections: 2,
    peers: [{ user: { name: 'Ben' } }],
    status: { state: 'idle' },
  })
  expect(ben.heard()).toEqual(['presence:join 2'])
})

test('[W2] only what is stored takes a number, and there are no holes', () => {
  const ada = join()
  ada.say(send('cid-0001'))
  ada.say(send('cid-0001'))
  ada.say({ type: 'send', cid: 'cid-0002' })
  server.nackNext('forbidden')
  clock.advance(0)
  expect(ada.heard()).toEqual([
    'nack:cid-0001 forbidden',
    'msg:1 user done',
    'ack:cid-0001',
    'error:bad_frame',
  ])
  ada.say(send('cid-0003'))
  clock.advance(0)
  expect(ada.heard()).toEqual(['msg:2 user done', 'ack:cid-0003'])
})

test('[W3] a suffix holds what was missed, a changed old message included', () => {
  const room = server.session('room')
  const [first] = room.history([{ text: 'one' }, { text: 'two' }, { text: 'three' }])
  room.edit(first?.id ?? '', [{ type: 'text', text: 'one, mended' }])
  expect(resume({ epoch: room.epoch, cursor: 3 })).toEqual(['welcome', 'sync:suffix 1 to 4'])
  expect(resume({ epoch: room.epoch, cursor: 4 })).toEqual(['welcome', 'sync:suffix 0 to 4'])
})

test.each([
  ['no cursor', { cursor: undefined }],
  ['a foreign epoch', { epoch: 'other' }],
  ['a cursor above head', { cursor: 9 }],
  ['a cursor below floor', { cursor: 1 }],
])('[W3] a snapshot answers a hello with %s', (_name, wrong) => {
  const room = server.session('room')
  room.history([{ text: 'one' }, { text: 'two' }, { text: 'three' }])
  room.prune(1)
  const hello = { epoch: room.epoch, cursor: 3, ...wrong }
  expect(resume(hello)).toEqual(['welcome', 'sync:snapshot 1 to 3'])
})

test('[W3] more missed than the limit becomes a snapshot; large ones come in several frames', () => {
  start({ limits: { syncMessages: 4, serverFrameBytes: 4000 } })
  const room = server.session('room')
  room.history(Array.from({ length: 5 }, () => ({ text: 'x'.repeat(900) })))
  expect(resume({ epoch: room.epoch, cursor: 0 })[1]).toBe('sync:snapshot 2 to 5 more')
  expect(resume({ epoch: room.epoch, cursor: 2 })).toEqual([
    'welcome',
    'sync:suffix 2 to 5 more',
    'sync:suffix 1 to 5',
  ])
})

test('[W3] a snapshot holds the newest within the limits, and before them what still streams', () => {
  start({ limits: { syncMessages: 3, syncBytes: 1000 } })
  const room = server.session('room')
  const snapshot = () => {
    const client = createRawClient(server, 'room', ADA)
    clock.advance(0)
    client.say({ type: 'hello', v: 1 })
    clock.advance(0)
    const [sync] = client.all('sync')
    return [sync?.messages.map(({ pos }) => pos), sync?.hasOlder]
  }
  room.stream('slow', { tokensPerSecond: 0.001 })
  room.history([{ text: 'a' }, { text: 'b' }])
  expect(snapshot()).toEqual([[1, 2, 3], false])
  room.history([{ text: 'c' }, { text: 'd' }])
  expect(snapshot()).toEqual([[1, 3, 4, 5], true])
  room.history([{ text: 'x'.repeat(900) }])
  expect(snapshot()).toEqual([[1, 6], true])
})

test('[W4] between sync and live frames nothing is missing and nothing comes twice', () => {
  const room = server.session('room')
  room.history([{ text: 'before' }])
  const ada = createRawClient(server, 'room', ADA)
  clock.advance(0)
  ada.say({ type: 'hello', v: 1, batch: true })
  room.post('between')
  clock.advance(0)
  room.post('after')
  clock.advance(0)
  expect(ada.heard()).toEqual(['welcome', 'sync:snapshot 2 to 2', 'msg:3 user done'])
})

test('[W5] the same cid is stored once, for its author', () => {
  const ada = join()
  const ben = join(BEN)
  ada.heard()
  ada.say(send('cid-0001', 'hi'))
  ada.say(send('cid-0001', 'hi'))
  ada.say(send('cid-0001', 'something else'))
  clock.advance(0)
  expect(ada.heard()).toEqual([
    'msg:1 user done',
    'ack:cid-0001',
    'ack:cid-0001 dup',
    'nack:cid-0001 conflict',
  ])
  ben.say(send('cid-0001', 'mine'))
  clock.advance(0)
  expect(ben.heard()).toEqual(['msg:1 user done', 'msg:2 user done', 'ack:cid-0001'])
})

test('[W10] a hello with another version is closed with 4426', () => {
  const client = createRawClient(server)
  clock.advance(0)
  client.say({ type: 'hello', v: 2 })
  clock.advance(0)
  expect(client.events).toEqual(['open', 'close 4426 version'])
})

test('[W11] bad frames are named; the tenth within a minute closes', () => {
  start({ limits: { burst: 100 } })
  const ada = join()
  ada.say('{')
  ada.say({ type: 'page', ref: 'r1', before: 0, limit: 10 })
  clock.advance(0)
  expect(ada.all('error')).toMatchObject([
    { code: 'bad_frame', fatal: false, message: 'frame: not JSON' },
    { code: 'bad_frame', ref: 'r1', message: expect.stringContaining('before') },
  ])
  clock.advance(60_000)
  for (let i = 0; i < 9; i++) ada.say('{')
  clock.advance(0)
  expect(ada.events).toEqual(['open'])
  ada.say('{')
  clock.advance(0)
  expect(ada.events).toEqual(['open', 'close 4400 bad_frame'])
})

test('[W12] a burst passes, the rest waits, a flood is closed', () => {
  const ada = join()
  clock.advance(60_000)
  for (let i = 0; i < 22; i++) ada.say({ n: i })
  clock.advance(0)
  expect(ada.heard().filter((name) => name === 'echo')).toHaveLength(20)
  expect(ada.all('error')).toMatchObject([
    { code: 'rate_limited', waitMs: 100 },
    { code: 'rate_limited', waitMs: 100 },
  ])
  clock.advance(100)
  ada.say({ n: 22 })
  clock.advance(0)
  expect(ada.heard()).toEqual(['echo'])
  for (let i = 0; i < 101; i++) ada.say({ n: i })
  clock.advance(0)
  expect(ada.events).toEqual(['open', 'close 4429 rate_limited;100'])
})

test('[W12] after a retryable nack nothing overtakes, until that cid came again', () => {
  const ada = join()
  server.nackNext('storage', { waitMs: 50 })
  ada.say(send('cid-0001'))
  ada.say(send('cid-0002'))
  clock.advance(0)
  expect(ada.heard()).toEqual(['nack:cid-0001 storage', 'nack:cid-0002 order'])
  expect(ada.all('nack')[0]).toMatchObject({ retryable: true, waitMs: 50 })
  ada.say(send('cid-0001'))
  ada.say(send('cid-0002'))
  clock.advance(0)
  expect(ada.all('ack').map((frame) => frame.cid)).toEqual(['cid-0001', 'cid-0002'])
})

test('[W12] of sends beyond the allowance one is limited, and the later ones wait for it', () => {
  const ada = join()
  clock.advance(60_000)
  for (let i = 10; i < 36; i++) ada.say(send(`cid-00${i}`))
  clock.advance(0)
  expect(ada.all('ack')).toHaveLength(20)
  expect(ada.all('nack').map(({ code, waitMs }) => [code, waitMs])).toEqual([
    ['rate_limited', 100],
    ...Array(5).fill(['order', 100]),
  ])
  clock.advance(1000)
  ada.say(send('cid-0031'))
  ada.say(send('cid-0030'))
  clock.advance(0)
  expect(ada.heard().slice(-3)).toEqual(['nack:cid-0031 order', 'msg:21 user done', 'ack:cid-0030'])
})

test('[W12] a hello opens the way again, too', () => {
  const ada = join()
  server.nackNext('storage')
  ada.say(send('cid-0001'))
  ada.say({ type: 'hello', v: 1 })
  ada.say(send('cid-0002'))
  clock.advance(0)
  expect(ada.all('ack').map((frame) => frame.cid)).toEqual(['cid-0002'])
})

test('[W12] an over-long frame is too large, then 1009', () => {
  start({ limits: { frameBytes: 100, messageBytes: 30 } })
  const ada = join()
  ada.say(send('cid-0001', 'x'.repeat(31)))
  ada.say(send('cid-0002', 'x'.repeat(100)))
  clock.advance(0)
  expect(ada.heard()).toEqual(['nack:cid-0001 too_large', 'error:too_large'])
  expect(ada.events).toEqual(['open', 'close 1009 too_large'])
})

test('[W14] presence comes and leaves once', () => {
  const ada = join()
  const ben = join(BEN)
  ben.say({ type: 'presence', state: { typing: true } })
  clock.advance(0)
  ben.socket.close()
  ben.socket.close()
  clock.advance(0)
  expect(ada.heard()).toEqual(['presence:join 2', 'presence:state 2', 'presence:leave 1'])
  expect(ben.events).toEqual(['open', 'close 1000'])
})

test('above the limit presence only counts, once a second, and lists again at 90 %', () => {
  start({ limits: { peers: 10 } })
  const room = server.session('room')
  const ada = join()
  for (let i = 0; i < 11; i++) room.join(`Guest ${i}`)
  clock.advance(1000)
  const heard = ada.heard().slice(-3)
  expect(heard).toEqual(['presence:join 10', 'presence:count 11', 'presence:count 12'])
  room.leave('Guest 0')
  room.leave('Guest 1')
  clock.advance(1000)
  expect(ada.heard()).toEqual(['presence:count 10'])
  room.leave('Guest 2')
  clock.advance(1000)
  expect(ada.heard()).toEqual(['presence:list 9'])
  expect(ada.all('presence').at(-1)).toMatchObject({ peers: { length: 8 } })
})

test('[W14] connections that say nothing count: the list ends and begins with them', () => {
  start({ limits: { peers: 10 } })
  const room = server.session('room')
  const ada = join()
  for (let i = 0; i < 9; i++) room.join(`Guest ${i}`)
  clock.advance(1000)
  ada.heard()
  const raw = createRawClient(server)
  clock.advance(1000)
  expect(ada.heard()).toEqual(['presence:count 11'])
  const others = [createRawClient(server), createRawClient(server)]
  clock.advance(1000)
  expect(ada.heard()).toEqual(['presence:count 12', 'presence:count 13'])
  for (const { socket } of [raw, ...others]) socket.close()
  room.leave('Guest 0')
  clock.advance(1000)
  expect(ada.heard()).toEqual(['presence:list 9'])
})

test('a connection without hello gets echoes and nothing else', () => {
  const raw = createRawClient(server)
  const ada = join()
  raw.say([1, 'two'])
  raw.say(send('cid-0001'))
  raw.say('{"type":"ping"}')
  ada.say(send('cid-0002'))
  clock.advance(0)
  expect(raw.heard()).toEqual(['echo', 'error:hello_required', 'pong'])
  expect(raw.all('error')[0]).toMatchObject({ ref: 'cid-0001' })
  expect(ada.all('echo')).toMatchObject([{ data: [1, 'two'], from: raw.all('echo')[0]?.from }])
})

test('a wipe resets, a deletion closes with 4410', () => {
  const ada = join()
  const room = server.session('room')
  room.post('gone soon')
  const before = room.epoch
  room.wipe()
  clock.advance(0)
  expect(ada.heard()).toEqual(['msg:1 user done', 'reset'])
  expect(ada.all('reset')[0]?.epoch).toBe(room.epoch)
  expect(room.epoch).not.toBe(before)
  room.delete()
  clock.advance(0)
  expect(ada.events).toEqual(['open', 'close 4410 deleted'])
})

test('who may not come in is told so by a close code; no route, no socket', () => {
  start({
    admit: (url) =>
      url.searchParams.has('ticket')
        ? { user: { id: 'v', name: 'Vera' }, role: 'viewer' }
        : { close: 4401, reason: 'unauthorized' },
  })
  const refused = createRawClient(server)
  const lost = createRawClient(server, 'a session!')
  const vera = join('ticket=t')
  vera.say(send('cid-0001'))
  vera.say({ type: 'cancel', id: 'any' })
  clock.advance(0)
  expect(refused.events).toEqual(['open', 'close 4401 unauthorized'])
  expect(lost.events).toEqual(['error', 'close 1006'])
  expect(vera.heard()).toEqual(['nack:cid-0001 forbidden', 'error:forbidden'])
})

test('what only a test can say wrong is told at once', () => {
  expect(() => server.session('a session!')).toThrow('is no session id')
  const room = server.session('room')
  const [one] = room.history([{ id: 'one', text: 'one' }])
  expect(() => room.history([{ id: 'one', text: 'two' }])).toThrow('has a message one already')
  const said = [{ type: 'text', text: 'two' }] as const
  expect(() => room.edit('nobody', [...said])).toThrow('there is no message with this id')
  room.remove(one?.id ?? '')
  expect(() => room.edit('one', [...said])).toThrow('this message was deleted')
  expect(() => clock.advance(-1)).toThrow('moves forwards')
})

test('[W16] a ticket expires by the server’s clock, a minute late', () => {
  const nowMs = Date.UTC(2026, 0, 5, 12)
  const ticket = server.ticket({ sub: 'ada', exp: nowMs / 1000 })
  const ada = join(`ticket=${encodeURIComponent(ticket)}`)
  expect(ada.all('welcome')[0]?.you.user).toEqual({ id: 'ada', name: 'ada' })
  clock.advance(59_000)
  ada.say(send('cid-0001'))
  clock.advance(0)
  expect(ada.heard()).toEqual(['msg:1 user done', 'ack:cid-0001'])
  clock.advance(1000)
  server.session('room').post('unheard')
  clock.advance(0)
  expect(ada.heard()).toEqual([])
  expect(ada.events).toEqual(['open', 'close 4401 expired'])
})

test('without an agent of its own the server answers every message', () => {
  clock = createManualClock()
  server = createFakeServer({ clock })
  const ada = join()
  ada.say(send('cid-0001', 'Hello'))
  ada.say({
    type: 'send',
    cid: 'cid-0002',
    parts: [{ type: 'data', name: 'n', value: 1 }],
  })
  clock.advance(10_000)
  const answers = server.session('room').messages.filter(({ role }) => role === 'assistant')
  expect(answers.map(({ parts }) => parts)).toMatchObject([
    [{ text: 'You said: “Hello”. Is there more to it?' }],
    [{ text: 'Thank you, I have got it.' }],
  ])
})
