/**
 * A thousand sockets in one session, live and in order while an agent speaks fast.
 *
 * Everything runs on this one machine, clients included. Nothing is measured against the clock;
 * what happened is counted and printed.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RealClient } from './RealClient.ts'
import { replicaOf, textIn } from './replicaOf.ts'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'
import { type Script, textOf } from './workers/speak.ts'

const CLIENTS = 1_000
const AT_ONCE = 50
const SPEECH: Script = { seconds: 25, tokensPerSecond: 1_000 }
const FRAMES_PER_SECOND = 20
/** Answered with nothing. */
const REMARK = JSON.stringify({ seconds: 0, tokensPerSecond: 1 })

let server: ProofServer

beforeAll(async () => {
  server = await startProofServer()
})

afterAll(() => server.stop())

test('[W9] 1,000 connections stay live and in order while an agent streams 1,000 tokens a second', async () => {
  const session = newSession()
  const clients: RealClient[] = []
  while (clients.length < CLIENTS) {
    const names = Array.from({ length: AT_ONCE }, (_, n) => `guest-${clients.length + n}`)
    clients.push(...(await Promise.all(names.map((name) => server.join(session, name)))))
  }
  const meters = clients.map(meterOf)
  const [speaker, ...others] = clients as [RealClient, ...RealClient[]]
  const boots = await server.boots(session)

  const { id } = await said(speaker, JSON.stringify(SPEECH))
  // People go on talking: their messages are in between, and wait for their turns.
  const remarks: { id: string }[] = []
  for (let second = 1; second < SPEECH.seconds; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    remarks.push(await said(others[second * 7] as RealClient, REMARK))
  }
  const isLast = (client: RealClient) =>
    client
      .all('msg')
      .some(({ message }) => message.replyTo === remarks.at(-1)?.id && message.state === 'done')
  for (const client of clients) await client.until(() => isLast(client), 'the last answer', 60_000)

  expect(clients.filter(({ isOpen }) => !isOpen)).toHaveLength(0)
  expect(await server.boots(session), 'one instance all the time').toEqual(boots)
  expect(server.log().filter((line) => line.includes('error'))).toEqual([])

  // A replica takes no hole and nothing twice, so whoever has the same log saw it in order.
  const expected = JSON.stringify(replicaOf(speaker).list())
  const answer = replicaOf(speaker)
    .list()
    .find(({ replyTo }) => replyTo === id)
  expect(answer?.state).toBe('done')
  expect(textIn(answer)).toBe(textOf(SPEECH))
  const differing = others.filter((client) => JSON.stringify(replicaOf(client).list()) !== expected)
  expect(differing).toHaveLength(0)

  const rates = meters.map(({ rate }) => rate())
  expect(Math.min(...rates.map(({ deltas }) => deltas)), 'it was streamed').toBeGreaterThan(20)
  expect(Math.max(...rates.map(({ perSecond }) => perSecond))).toBeLessThanOrEqual(
    FRAMES_PER_SECOND * 1.05,
  )
  console.log(
    `${CLIENTS} clients, ${textOf(SPEECH).length} characters in ${range(rates.map(({ deltas }) => deltas))} deltas each, ` +
      `${range(rates.map(({ perSecond }) => perSecond))} a second over ${range(rates.map(({ seconds }) => seconds))} s, ` +
      `${meters.reduce((sum, { frames }) => sum + frames(), 0)} frames in all, ${remarks.length} messages in between`,
  )
  for (const client of clients) client.socket.terminate()
})

async function said(client: RealClient, text: string) {
  const answer = await client.send(text)
  if (answer.type === 'nack') throw new Error(`refused: ${answer.code}`)
  return answer
}

/** When the text of an answer reached a client. A batch is one frame. */
function meterOf({ socket }: RealClient) {
  const deltasAtMs: number[] = []
  let frames = 0
  socket.on('message', (data) => {
    frames += 1
    if (String(data).includes('"type":"delta"')) deltasAtMs.push(performance.now())
  })
  return {
    frames: () => frames,
    rate: () => {
      const deltas = deltasAtMs.length
      const seconds = ((deltasAtMs.at(-1) ?? 0) - (deltasAtMs[0] ?? 0)) / 1_000
      return { deltas, seconds, perSecond: (deltas - 1) / seconds }
    },
  }
}

const range = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`
