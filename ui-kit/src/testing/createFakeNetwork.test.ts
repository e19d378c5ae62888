import { beforeEach, expect, test } from 'vitest'
import { createFakeServer, type FakeServer } from './createFakeServer.ts'
import { createManualClock, type ManualClock } from './createManualClock.ts'
import { createRawClient } from './createRawClient.ts'

let clock: ManualClock
let server: FakeServer

beforeEach(() => {
  clock = createManualClock()
  server = createFakeServer({ clock, agent: () => null })
})

function join(network = server as Parameters<typeof createRawClient>[0]) {
  const client = createRawClient(network)
  clock.advance(0)
  client.say({ type: 'hello', v: 1 })
  clock.advance(0)
  client.heard()
  return client
}

const post = (text: string) => server.session('room').post(text)
const seqs = (client: ReturnType<typeof join>) => client.all('msg').map((frame) => frame.seq)

test('a socket behaves as the platform: async open, no send before, no messages while closing', () => {
  const client = createRawClient(server)
  expect(client.socket.readyState).toBe(0)
  expect(() => client.say({})).toThrow('still connecting')
  expect(client.events).toEqual([])
  clock.advance(0)
  expect(client.events).toEqual(['open'])
  client.say({ n: 1 })
  expect(client.socket.bufferedAmount).toBe(7)
  client.socket.close(1000, 'enough')
  expect(client.socket.readyState).toBe(2)
  clock.advance(0)
  expect(client.heard()).toEqual([])
  expect(client.socket.bufferedAmount).toBe(0)
  expect(client.events).toEqual(['open', 'close 1000 enough'])
  expect(() => client.socket.close(1005)).toThrow('may not close')
  expect(() => new server.WebSocket('ftp://fake.test')).toThrow('ftp:')
})

test('[F67] a narrow line takes its time for each byte, each way, and says what has not left', () => {
  const client = join()
  server.bandwidth(1_000)
  post('x'.repeat(1_000))
  client.say({ type: 'presence', state: { pad: 'x'.repeat(500) } })
  expect(client.socket.bufferedAmount).toBeGreaterThan(500)
  clock.advance(1_000)
  expect(client.socket.bufferedAmount).toBe(0)
  expect(client.all('msg')).toEqual([])
  clock.advance(500)
  expect(seqs(client)).toEqual([1])
  server.bandwidth(Number.POSITIVE_INFINITY)
  post('at once')
  clock.advance(0)
  expect(seqs(client)).toEqual([1, 2])
  expect(() => server.bandwidth(0)).toThrow('halfOpen')
})

test('handlers and listeners both hear, and a removed one no more', () => {
  const socket = new server.WebSocket(new URL('http://fake.test/sessions/room/websocket'))
  const heard: string[] = []
  const listener = () => heard.push('listener')
  socket.onopen = () => heard.push('handler')
  socket.addEventListener('open', listener)
  socket.removeEventListener('open', listener)
  clock.advance(0)
  expect(heard).toEqual(['handler'])
  expect(socket.url).toBe('ws://fake.test/sessions/room/websocket')
})

test('[F07] refused: one error, one close 1006, no open; the counted number of times', () => {
  server.refuse(2)
  const clients = [1, 2, 3].map(() => createRawClient(server))
  clock.advance(0)
  expect(clients.map((client) => client.events)).toEqual([
    ['error', 'close 1006'],
    ['error', 'close 1006'],
    ['open'],
  ])
  server.refuse(true)
  const refused = createRawClient(server)
  clock.advance(0)
  expect(refused.events).toEqual(['error', 'close 1006'])
  expect(server.faults.refused).toBe(3)
})

test('[F36] drop with a code arrives with its reason, behind what was said before', () => {
  const client = join()
  post('last words')
  server.drop(1013, 'overloaded;5000')
  clock.advance(0)
  expect(client.heard()).toEqual(['msg:1 user done'])
  expect(client.events).toEqual(['open', 'close 1013 overloaded;5000'])
})

test('[F38] drop without a code cuts: what is under way is lost both ways', () => {
  const client = join()
  post('lost')
  client.say({ type: 'send', cid: 'cid-0001', text: 'lost' })
  server.drop()
  clock.advance(0)
  expect(client.heard()).toEqual([])
  expect(client.events).toEqual(['open', 'error', 'close 1006'])
  expect(server.session('room').messages).toHaveLength(1)
  expect(server.session('room').connections).toBe(0)
})

test('[F17] half open: sockets stay, nothing passes, and closing takes a minute', () => {
  const before = join()
  server.halfOpen(true)
  const during = createRawClient(server)
  clock.advance(0)
  expect(during.events).toEqual(['open'])
  expect(server.session('room').connections, 'the server never heard of it').toBe(1)
  before.say('{"type":"ping"}')
  during.say('{"type":"ping"}')
  post('unheard')
  during.socket.close()
  clock.advance(59_999)
  expect(during.events).toEqual(['open'])
  clock.advance(1)
  expect(during.events).toEqual(['open', 'error', 'close 1006'])
  expect(before.heard()).toEqual([])
  server.halfOpen(false)
  post('heard again')
  clock.advance(0)
  expect(before.heard()).toEqual(['msg:2 user done'])
  expect(server.faults.swallowed).toBe(3)
})

test('offline: open sockets end, new ones fail, until it is over', () => {
  const client = join()
  server.offline(true)
  const failed = createRawClient(server)
  clock.advance(0)
  expect(client.events).toEqual(['open', 'error', 'close 1006'])
  expect(failed.events).toEqual(['error', 'close 1006'])
  server.offline(false)
  expect(join().events).toEqual(['open'])
})

test('latency delays each way and never changes the order', () => {
  server.latency({ ms: 100, jitterMs: 50 })
  const client = createRawClient(server)
  clock.advance(199)
  expect(client.events).toEqual([])
  clock.advance(101)
  expect(client.events).toEqual(['open'])
  client.say({ type: 'hello', v: 1 })
  clock.advance(300)
  for (let i = 0; i < 30; i++) {
    post(`${i}`)
    clock.advance(5)
  }
  clock.advance(150)
  expect(seqs(client)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
})

test('[F64] a gap skips one durable change; lost frames are counted', () => {
  const client = join()
  server.gap()
  for (const text of ['one', 'two', 'three']) post(text)
  clock.advance(0)
  expect(seqs(client)).toEqual([2, 3])
  expect(server.faults.lost).toBe(1)
})

test('[F49] an ack can be lost, a send can be ignored', () => {
  const client = join()
  server.loseNext('ack')
  client.say({ type: 'send', cid: 'cid-0001', text: 'stored' })
  clock.advance(0)
  server.ignoreNext('send')
  client.say({ type: 'send', cid: 'cid-0002', text: 'unheard' })
  clock.advance(0)
  expect(client.heard()).toEqual(['msg:1 user done'])
  expect(server.faults).toMatchObject({ lost: 1, ignored: 1 })
})

test('[F62] duplicates: the next one, or all that a live socket carries', () => {
  const client = join()
  server.duplicateNext('msg')
  post('one')
  post('two')
  server.duplicate(true)
  post('three')
  clock.advance(0)
  server.duplicate(false)
  post('four')
  clock.advance(0)
  expect(seqs(client)).toEqual([1, 1, 2, 3, 3, 4])
  expect(server.faults.duplicated).toBe(2)
  client.heard()
  server.duplicate(true)
  client.say({ type: 'send', cid: 'cid-0001', text: 'five' })
  client.say({ type: 'page', ref: 'r', before: 1, limit: 1 })
  clock.advance(0)
  expect(client.heard()).toEqual([
    'msg:5 user done',
    'msg:5 user done',
    'ack:cid-0001',
    'ack:cid-0001',
    'page',
  ])
})

test('reorder swaps neighbours, loses nothing, and a last frame is not held for ever', () => {
  const client = join()
  server.reorder(true)
  for (let i = 0; i < 40; i++) post(`${i}`)
  clock.advance(100)
  const order = seqs(client)
  expect(order).not.toEqual(order.toSorted((a, b) => a - b))
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  expect(server.faults.reordered).toBeGreaterThan(5)
})

test('another network fails alone, and everything is seen on the wire', () => {
  const seen: string[] = []
  const stop = server.onFrame(({ direction }) => seen.push(direction))
  const phone = server.network()
  const desk = join()
  const pocket = join(phone)
  phone.drop()
  clock.advance(0)
  expect([desk.events, pocket.events]).toEqual([['open'], ['open', 'error', 'close 1006']])
  expect([server.open, phone.open, server.dials, phone.dials]).toEqual([1, 0, 1, 1])
  expect(seen.filter((direction) => direction === 'toServer')).toHaveLength(2)
  stop()
  const length = seen.length
  post('unseen')
  clock.advance(0)
  expect(seen).toHaveLength(length)
})

test('a batch is an array of frames no longer than the limit', () => {
  server = createFakeServer({ clock, agent: () => null, limits: { serverFrameBytes: 8000 } })
  const client = createRawClient(server)
  clock.advance(0)
  client.say({ type: 'hello', v: 1, batch: true })
  clock.advance(0)
  for (let i = 0; i < 20; i++) post('x'.repeat(600))
  const before = client.texts.length
  clock.advance(0)
  const batches = client.texts.slice(before)
  expect(batches.length).toBeGreaterThan(1)
  expect(batches.length).toBeLessThan(5)
  expect(Math.max(...batches.map((text) => text.length))).toBeLessThanOrEqual(8000)
  expect(seqs(client)).toHaveLength(20)
})

test('the same seed gives the same run', () => {
  const run = () => {
    clock = createManualClock()
    server = createFakeServer({ clock, seed: 7 })
    server.latency({ ms: 20, jitterMs: 100 })
    const log: string[] = []
    server.onFrame(({ data }) => log.push(`${clock.now()} ${data}`))
    const client = createRawClient(server)
    clock.advance(500)
    client.say({ type: 'hello', v: 1, batch: true })
    client.say({ type: 'send', cid: 'cid-0001', text: 'hello' })
    clock.advance(10_000)
    return log
  }
  const first = run()
  expect(run()).toEqual(first)
  expect(first.length).toBeGreaterThan(5)
})
