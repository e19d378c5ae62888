/** Everybody comes at the same moment and speaks at once. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { replicaOf } from './replicaOf.ts'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'

const CLIENTS = 500
/** Answered with nothing. */
const REMARK = JSON.stringify({ seconds: 0, tokensPerSecond: 1 })
const WAIT_MS = 120_000

let server: ProofServer

beforeAll(async () => {
  server = await startProofServer()
})

afterAll(() => server.stop())

test('[W2] [W4] 500 connect at once and send one message each: all get all, once, in the same order', async () => {
  const session = newSession()
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, n) => server.open(session, `guest-${n}`)),
  )
  const answers = clients.map(async (client) => {
    client.say({ type: 'hello', v: 1, batch: true })
    return client.send(REMARK)
  })
  const acks = await Promise.all(answers)
  expect(acks.filter(({ type }) => type !== 'ack')).toEqual([])

  // Each question and each answer take numbers: one to ask, two to answer.
  const head = CLIENTS * 3
  for (const client of clients)
    await client.until(
      () => client.all('msg').some(({ seq }) => seq === head),
      `seq ${head}`,
      WAIT_MS,
    )
  const copies = clients.map((client) => replicaOf(client))
  // Who came when more than a snapshot holds was said already has the rest by `page` only.
  const lists = copies.map((copy) => copy.list())
  const log = lists.reduce((longest, list) => (list.length > longest.length ? list : longest))
  const asked = log.filter(({ role }) => role === 'user')
  expect(asked.map(({ id }) => id).sort()).toEqual(
    acks.map((ack) => (ack.type === 'ack' ? ack.id : '')).sort(),
  )
  expect(log).toHaveLength(CLIENTS * 2)
  for (const { wholeFrom, list } of copies.map((copy, n) => ({
    wholeFrom: copy.wholeFrom,
    list: lists[n] ?? [],
  })))
    expect(list.filter(({ pos }) => pos >= wholeFrom)).toEqual(
      log.filter(({ pos }) => pos >= wholeFrom),
    )
  expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
  console.log(`${CLIENTS} clients, ${acks.length} messages stored, head ${head}, one log`)
  for (const client of clients) client.socket.terminate()
})
