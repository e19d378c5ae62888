import assert from 'node:assert/strict'
import { newSessionId } from '../newSessionId.ts'
import { joined, type PlainClient } from '../PlainClient.ts'
import type { Proof } from '../World.ts'

/** 7. Bad frames, foreign session ids, oversized text: clear errors, nothing lost, the session lives. */
export const badInput: Proof = async ({ url }) => {
  const sessionId = newSessionId()
  const ada = await joined(url, sessionId, 'ada')
  const ben = await joined(url, sessionId, 'ben')

  const first = await sent(ada, 'before the trouble')
  let named = 0
  const bad: [frame: unknown, field: RegExp][] = [
    ['{"type":', /JSON/],
    [{ type: 'send', cid: 'short', text: 'a' }, /cid/],
    [{ type: 'send', cid: 'long-enough-1', text: 7 }, /text/],
    [{ type: 'page', ref: 'r', before: -1, limit: 10 }, /before/],
    [{ type: 'hello', v: 1, cursor: 'seven' }, /cursor/],
  ]
  for (const [frame, field] of bad) {
    const seen = ada.frames.length
    ada.send(frame)
    const error = await ada.next(({ type }) => type === 'error', 'an error', seen)
    assert.equal(error.code, 'bad_frame')
    assert.match(error.message, field)
    assert.doesNotMatch(JSON.stringify(error), /\bat .*\.ts|stack/i)
    named += 1
  }
  assert.ok(ada.isOpen, 'a bad frame does not cost the socket')

  const eve = await joined(url, sessionId, 'eve')
  eve.send({ type: 'send', cid: 'far-too-long', text: 'x'.repeat(70_000) })
  await eve.next(({ type, code }) => type === 'error' && code === 'too_large', 'too_large')
  const close = await eve.until(() => eve.close, 'the close of the oversized frame')
  assert.equal(close.code, 1009)

  for (const id of ['a'.repeat(65), 'no%2Fslash', '%F0%9F%98%80', 'sp%20ace', 'dot.dot']) {
    const response = await fetch(`${url}/sessions/${id}/websocket`)
    assert.equal(response.status, 400, `session id ${id}`)
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    assert.ok(error.code && error.message)
  }
  assert.equal((await fetch(`${url}/sessions/${sessionId}/nowhere`)).status, 404)
  assert.equal((await fetch(`${url}/health`, { method: 'PUT' })).status, 405)

  const second = await sent(ada, 'after the trouble')
  assert.equal(second.seq, first.seq + 1 + (await answersBetween(ben, first.seq, second.seq)))
  await ben.next(
    ({ type, message }) => type === 'msg' && message.parts[0]?.text === 'after the trouble',
    'the message after the trouble',
  )
  for (const client of [ada, ben]) client.end()
  return `${named} bad frames named their field, an oversized one closed with 1009, 5 bad ids got 400; the session went on`
}

async function sent(client: PlainClient, text: string) {
  const cid = `cid-${newSessionId()}`
  client.send({ type: 'send', cid, text })
  return client.next((frame) => frame.type === 'ack' && frame.cid === cid, `the ack of "${text}"`)
}

/** Durable changes that the agent made between two seqs: its answers use numbers too. */
async function answersBetween(client: PlainClient, from: number, to: number): Promise<number> {
  await client.until(
    () => client.frames.some(({ type, seq }) => type === 'msg' && seq >= to),
    `seq ${to}`,
  )
  return client.frames.filter(
    ({ type, seq, message }) =>
      type === 'msg' && seq > from && seq < to && message.role === 'assistant',
  ).length
}
