/** 100,000 messages behind it, and everything still costs what it gives: counted in rows. */

import type { Message } from '@session-kit/ui-kit/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'
import type { Rows } from './workers/countRows.ts'

const MANY = 100_000
const FEW = 1_000
const LIMIT = 50
/** A page of 50 reads 50 messages, one for `hasOlder` and where the log stands. */
const AROUND_ROWS = 10

const many = newSession()
const few = newSession()
let server: ProofServer

beforeAll(async () => {
  server = await startProofServer()
  await server.ask(few, 'fill', FEW)
  await server.ask(many, 'fill', MANY)
})

afterAll(() => server.stop())

interface Page {
  messages: Message[]
  hasOlder: boolean
}

async function page(session: string, before: number): Promise<Page> {
  const query = `before=${before}&limit=${LIMIT}&guest=${'r'.repeat(20)}`
  const response = await fetch(`${server.url}/sessions/${session}/do/messages?${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as Page
}

/** Rows read and written by what is done in between. */
async function costOf(session: string, act: () => Promise<unknown>): Promise<Rows | undefined> {
  await server.ask(session, 'rows', 'before')
  await act()
  return (await server.ask<Record<string, Rows>>(session, 'rows', 'act')).act
}

describe('100,000 messages', () => {
  test('a page costs what the page costs, wherever it lies', async () => {
    await page(many, MANY) // where an instance finds its tables for the first time
    const places = [MANY + 1, MANY / 2, LIMIT * 2]
    for (const before of places) {
      const cost = await costOf(many, () => page(many, before))
      expect(cost?.written).toBe(0)
      expect(cost?.read).toBeGreaterThanOrEqual(LIMIT)
      expect(cost?.read).toBeLessThanOrEqual(LIMIT + AROUND_ROWS)
    }
  })

  test('the last page is the oldest, and all pages together hold each message once', async () => {
    const positions: number[] = []
    for (let before = FEW + 1, hasOlder = true; hasOlder; ) {
      const got = await page(few, before)
      positions.unshift(...got.messages.map(({ pos }) => pos))
      before = got.messages[0]?.pos ?? 0
      hasOlder = got.hasOlder
    }
    expect(positions).toEqual(Array.from({ length: FEW }, (_, n) => n + 1))
  })

  for (const missed of [0, 10, 400])
    test(`[W3] who missed ${missed} reads as many rows among 100,000 as among 1,000`, async () => {
      const costs = []
      for (const session of [few, many]) {
        const ada = await server.join(session, 'ada')
        const { epoch, head } = ada.all('welcome')[0] ?? {}
        const cursor = Number(head) - missed
        const after = ada.frames.length
        costs.push(await costOf(session, () => ada.hello({ epoch: epoch as string, cursor })))
        const syncs = ada.all('sync', after)
        expect(new Set(syncs.map(({ mode }) => mode))).toEqual(new Set(['suffix']))
        expect(syncs.flatMap(({ messages }) => messages)).toHaveLength(missed)
        ada.socket.close()
      }
      expect(costs[1]).toEqual(costs[0])
      // Once for the sizes of all, and once joined.
      expect(costs[1]?.read).toBeLessThanOrEqual(2 * missed + AROUND_ROWS)
      expect(costs[1]?.written).toBe(0)
    })

  test('[W5] a message costs as many rows among 100,000 as among 1,000', async () => {
    const costs = []
    for (const session of [few, many]) {
      const ada = await server.join(session, 'ada')
      costs.push(
        await costOf(session, async () => {
          await ada.send(JSON.stringify({ seconds: 0, tokensPerSecond: 1 }))
          await ada.answer()
        }),
      )
      ada.socket.close()
    }
    expect(costs[1]).toEqual(costs[0])
  })
})
