import { beforeEach, expect, test } from 'vitest'
import { createFakeServer, type FakeServer, type FakeServerOptions } from './createFakeServer.ts'
import { createManualClock, type ManualClock } from './createManualClock.ts'
import { createRawClient } from './createRawClient.ts'

let clock: ManualClock
let server: FakeServer

const GUEST = 'guest=0123456789abcdef&name=Ada'
const OTHER = 'guest=fedcba9876543210&name=Ben'

function start(options: FakeServerOptions = {}): void {
  clock = createManualClock(1000)
  server = createFakeServer({ clock, agent: () => null, ...options })
}

/** A client that has said hello and has forgotten what it heard until then. */
function join(query = GUEST, hello: object = {}) {
  const client = createRawClient(server, 'room', query)
  clock.advance(0)
  client.say({ type: 'hello', v: 1, ...hello })
  clock.advance(0)
  client.heard()
  return client
}

const send = (cid: string, text = cid) => ({ type: 'send', cid, text })

beforeEach(() => start())

test('[W4] hello is answered with welcome and a snapshot', () => {
  server.session('room').history([{ text: 'one' }, { text: 'two' }])
  const client = createRawClient(server, 'room', GUEST)
  clock.advance(0)
  client.say({ type: 'hello', v: 1 })
  clock.advance(0)
  expect(client.heard()).toEqual(['welcome', 'sync:snapshot 2 to 2'])
  const [welcome] = client.all('welcome')
  expect(welcome?.you).toMatchObject({ user: { name: 'Ada' }, role: 'member' })
  expect(welcome).toMatchObject({ session: 'room', head: 2, connections: 1, peers: [] })
})

test('[W5] a send is stored once: the repeated cid is acked as dup, other content refused', () => {
  const client = join()
  client.say(send('cid-0001', 'hi'))
  clock.advance(0)
  expect(client.heard()).toEqual(['msg:1 user done', 'ack:cid-0001'])
  client.say(send('cid-0001', 'hi'))
  client.say(send('cid-0001', 'other'))
  clock.advance(0)
  expect(client.heard()).toEqual(['ack:cid-0001 dup', 'nack:cid-0001 conflict'])
  expect(server.session('room').messages).toHaveLength(1)
})
test('a turn', () => {
  start({ agent: () => 'Hello there, you two.' })
  const a = join(GUEST, { batch: true })
  const b = join(OTHER)
  a.heard()
  a.say(send('cid-0001', 'hi'))
  clock.advance(1000)
  console.log(a.heard(), b.heard(), a.texts.slice(-3))
})
