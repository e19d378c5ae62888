import assert from 'node:assert/strict'
import { PlainClient, socketUrl } from '../PlainClient.ts'
import type { Proof } from '../World.ts'

/** 1. A plain WebSocket client gets its JSON back, and so does every other client of that session. */
export const anyJsonComesBack: Proof = async ({ url }) => {
  const ada = await new PlainClient(socketUrl(url, 'test-session', 'ada')).opened()
  const ben = await new PlainClient(socketUrl(url, 'test-session', 'ben')).opened()
  const elsewhere = await new PlainClient(socketUrl(url, 'another-session', 'eve')).opened()

  const values = [{ hello: 'world' }, { type: 'shout', n: 1 }, [1, 2], 'text', 7, true, null]
  for (const value of values) ada.send(JSON.stringify(value))
  for (const client of [ada, ben]) {
    await client.until(() => client.frames.length >= values.length, 'every echo')
    assert.deepEqual(
      client.frames.map((frame) => [frame.type, frame.data]),
      values.map((value) => ['echo', value]),
    )
    assert.equal(new Set(client.frames.map((frame) => frame.from)).size, 1)
  }

  const refused = await fetch(`${url}/sessions/test-session/websocket`)
  assert.equal(refused.status, 426)
  assert.equal(elsewhere.frames.length, 0, 'another session hears nothing')
  for (const client of [ada, ben, elsewhere]) client.end()
  return `${values.length} values of any JSON came back to both clients; without an upgrade: 426`
}
