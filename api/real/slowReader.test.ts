/**
 * A client that stops reading its TCP socket: not fed, then closed, back by resume (W13).
 *
 * Needs a runtime that knows `bufferedAmount`; the test fails on one that doesn't.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RealClient } from './RealClient.ts'
import { replicaOf, textIn } from './replicaOf.ts'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'
import { type Script, textOf } from './workers/speak.ts'

const MIB = 1_048_576
const SPOKEN: Script = { seconds: 1, tokensPerSecond: 200 }
/** A message of 60 KB that the agent answers with nothing. */
const LARGE = JSON.stringify({ seconds: 0, tokensPerSecond: 1, padding: 'x'.repeat(60_000) })

let server: ProofServer

beforeAll(async () => {
  server = await startProofServer({
    vars: { SESSION_LIMITS: '{"burst":100000,"perSecond":100000}' },
  })
})

afterAll(() => server.stop())

test('[W13][S52] who does not read gets no deltas above 1 MiB, is closed with 1013 above 8 MiB, and comes back to everything', async () => {
  const session = newSession()
  const ada = await server.join(session, 'ada')
  const ben = await server.join(session, 'ben')
  const cay = await server.join(session, 'cay')
  const unread = async () => {
    const { ben: bytes, ada: adas, cay: cays } = await server.ask<Unread>(session, 'unread')
    return { bytes: bytes as number, others: Math.max(adas as number, cays as number) }
  }

  ben.socket.pause()
  while ((await unread()).bytes < 2 * MIB) await say(ada, LARGE)
  const before = ada.frames.length
  await say(ada, JSON.stringify(SPOKEN))
  const spoken = await ada.answer(before)
  expect(textIn(spoken)).toBe(textOf(SPOKEN))
  const between = await unread()
  expect(between.bytes, 'it was above 1 MiB and stays below 8').toBeLessThan(8 * MIB)

  const hasLeft = () =>
    ada.all('presence').some((frame) => frame.op === 'leave' && frame.peer.user.name === 'ben')
  while (!hasLeft()) {
    expect((await unread()).bytes, 'it is closed before that').toBeLessThan(10 * MIB)
    await say(ada, LARGE)
  }
  expect(ben.closed, 'nobody has read it yet').toBeUndefined()
  const last = await say(ada, 'said after it was closed')
  expect((await unread()).bytes, 'held until it reads, and counted').toBeGreaterThan(8 * MIB)
  expect((await unread()).others, 'the others read as ever').toBeLessThan(MIB)

  ben.socket.resume()
  await ben.until(() => ben.closed, 'the close behind all that was unread')
  expect(ben.closed).toEqual({ code: 1013, reason: 'slow_reader;5000' })
  const isOfSpoken = (frame: { id: string }) => frame.id === spoken.id
  expect([...ben.all('delta'), ...ben.all('part')].filter(isOfSpoken), 'not fed').toEqual([])
  expect(cay.all('delta').filter(isOfSpoken).length, 'fed').toBeGreaterThan(5)
  expect(ben.all('msg').filter(({ message }) => message.id === spoken.id).length).toBe(2)

  const held = replicaOf(ben)
  const back = await server.open(session, 'ben')
  await back.hello({ epoch: held.epoch as string, cursor: held.cursor })
  await cay.next('msg', ({ message }) => message.replyTo === last.id && message.state === 'done')
  const { cursor, messages } = replicaOf(cay)
  await back.until(() => replicaOf(back, replicaOf(ben)).cursor === cursor, 'the last change')
  expect(replicaOf(back, replicaOf(ben)).list()).toEqual([...messages.values()])
  expect([ada.isOpen, cay.isOpen]).toEqual([true, true])
  for (const client of [ada, cay, back]) client.socket.close()
})

type Unread = Record<string, number | undefined>

/** Sends it and waits for its answer by the agent, so that nothing piles up on the way in. */
async function say(client: RealClient, text: string) {
  const after = client.frames.length
  const said = await client.send(text)
  if (said.type === 'nack') throw new Error(`refused: ${said.code}`)
  await client.next('msg', ({ message }) => message.replyTo === said.id, after)
  return said
}
