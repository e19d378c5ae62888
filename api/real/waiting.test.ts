/**
 * What happens while nobody does anything: objects fall asleep, and alarms ring.
 *
 * Asleep by nature: no eviction by hand, only time. A forgotten timer, interval or promise keeps
 * an object in memory, and only idling shows it. All tests wait side by side.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { eventually } from './eventually.ts'
import { pasts, script } from './pasts.ts'
import type { RealClient } from './RealClient.ts'
import { replicaOf, textIn } from './replicaOf.ts'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'
import type { Rows } from './workers/countRows.ts'
import { type Script, textOf } from './workers/speak.ts'

/** The runtime takes an idle object out of memory after 10 s. */
const IDLE_MS = 13_000
const PING_MS = 3_000
/** The guard stands 25 s away at most; the rest is for a machine that is busy. */
const GUARD_WAIT_MS = 45_000
/** A history of 100,000 messages is written first, while all other tests run. */
const FILLED_MS = 240_000

/** Answered without a word: how many rows those would take is a matter of time. */
const SILENCE = script({ seconds: 0, tokensPerSecond: 1 })
const LONG: Script = { seconds: 600, tokensPerSecond: 100 }
const SHORT: Script = { seconds: 0.2, tokensPerSecond: 100 }

let server: ProofServer

beforeAll(async () => {
  server = await startProofServer({ vars: { MODELS: inject('modelServer') } })
})

afterAll(() => server.stop())

describe.concurrent('while nobody does anything', () => {
  for (const { name, kind, live } of pasts)
    test(`[W15][S01][S06][S07][S08] hibernates an object after ${name}: its sockets stay, pings wake nobody`, async () => {
      const session = newSession(kind)
      const clients = await live(server, session)
      const [ada] = clients
      const before = ada.all('welcome')[0]
      const boots = await server.boots(session)

      const pings = await idleWithPings(ada)
      expect(await server.boots(session), 'nothing woke it').toEqual(boots)
      expect(ada.all('pong'), 'every ping was answered').toHaveLength(pings)
      expect(clients.map(({ isOpen }) => isOpen)).toEqual(clients.map(() => true))

      const after = ada.frames.length
      await ada.hello()
      expect(await server.boots(session)).toHaveLength(boots.length + 1)
      const [welcome] = ada.all('welcome', after)
      expect(welcome?.you, 'the same connection of the same user').toEqual(before?.you)
      expect(welcome?.connections).toBe(clients.length)
      for (const client of clients) client.socket.close()
    })

  test('[W15][W12] hibernates an object after a nacked send, whose turn it remembers', async () => {
    const session = newSession()
    const ada = await server.join(session, 'ada')
    for (let n = 0; n < 30; n++) void ada.send(script({ seconds: 0, tokensPerSecond: n }))
    const first = await ada.next('nack')
    expect(first.code).toBe('rate_limited')
    await ada.until(() => ada.all('ack').length + ada.all('nack').length === 30, 'all answers')
    await ada.until(() => ada.all('status').at(-1)?.state === 'idle', 'the end of all turns')
    const boots = await server.boots(session)

    await idleWithPings(ada)
    expect(await server.boots(session)).toEqual(boots)
    expect(await ada.send('overtakes')).toMatchObject({ type: 'nack', code: 'order' })
    expect(await server.boots(session)).toHaveLength(boots.length + 1)
    expect(await ada.send('flood again', first.cid)).toMatchObject({ type: 'ack', dup: false })
    ada.socket.close()
  })

  test('[W15] hibernates an object whose sockets speak no word of the protocol', async () => {
    const session = newSession()
    const ada = await server.open(session, 'ada')
    ada.raw('{"move":"e4"}')
    const { from } = await ada.next('echo')
    const boots = await server.boots(session)

    await idleWithPings(ada)
    expect(await server.boots(session)).toEqual(boots)
    const after = ada.frames.length
    ada.raw('{"move":"e5"}')
    expect(await ada.next('echo', undefined, after)).toMatchObject({ data: { move: 'e5' }, from })
    expect(await server.boots(session)).toHaveLength(boots.length + 1)
    ada.socket.close()
  })

  test('[W8][S10] SIGKILL in the middle of an answer, nobody comes back: the alarm alone marks it, once, and the waiting turn runs', async ({
    onTestFinished,
  }) => {
    const storage = mkdtempSync(join(tmpdir(), 'session-kit-killed-'))
    onTestFinished(() => rmSync(storage, { recursive: true, force: true }))
    const killed = await startProofServer({ storage })
    onTestFinished(() => killed.stop())
    const [left, looked] = [newSession(), newSession()]
    const [ada] = await Promise.all([left, looked].map((session) => halfAnswered(killed, session)))
    await killed.kill()
    const seen = replicaOf(ada as RealClient)
    const shown = textIn(seen.list()[1])
    expect(shown.length).toBeGreaterThan(0)

    // Whoever asks the session by its rules makes it notice, so this looks through the side door
    // only, and at one of the two sessions not before the log tells of its alarm.
    const server = await startProofServer({ storage })
    onTestFinished(() => server.stop())
    expect(await statesOf(server, looked), 'storage still says what the process left').toEqual([
      'user done',
      'assistant streaming',
      'user done',
    ])
    expect(server.log().filter((line) => line.includes('proof.alarm'))).toEqual([])
    expect(await server.boots(left), 'nobody has touched this one').toEqual([])

    await eventually(
      () => server.log(),
      (log) => [left, looked].every((session) => log.some((line) => isAlarmOf(line, session))),
      GUARD_WAIT_MS,
    )
    const ended = ['user done', 'assistant interrupted', 'user done', 'assistant done']
    for (const session of [left, looked])
      await eventually(
        () => statesOf(server, session),
        (states) => states.join() === ended.join(),
      )

    const back = await server.open(left, 'ada')
    await back.hello({ epoch: seen.epoch as string, cursor: seen.cursor })
    const [welcome] = back.all('welcome')
    expect(welcome, 'asked, cut; asked, begun, done').toMatchObject({ epoch: seen.epoch, head: 6 })
    replicaOf(back, seen)
    expect(seen.list().map(({ seq }) => seq)).toEqual([1, 4, 3, 6])
    const [, cut, , whole] = seen.list()
    expect(cut?.state).toBe('interrupted')
    expect(textIn(cut).startsWith(shown), 'nothing that was shown is gone').toBe(true)
    expect(textOf(LONG).startsWith(textIn(cut)), 'nothing but what the agent said').toBe(true)
    expect(textIn(whole)).toBe(textOf(SHORT))
    back.socket.close()
  })

  test('the control: an object with a forgotten interval is found awake', async () => {
    const session = newSession('never')
    const ada = await server.join(session, 'ada')
    const boots = await server.boots(session)
    await idleWithPings(ada)
    await ada.hello()
    expect(await server.boots(session), 'still the first instance').toEqual(boots)
    ada.socket.close()
  })

  test.for([
    ['plain', 10_000],
    ['kept', 100_000],
  ] as const)(
    '[W15][S04][S05] waking a %s session reads as much among %i messages as among 10, and writes nothing',
    { timeout: FILLED_MS },
    async ([kind, history], { onTestFinished }) => {
      // A process of its own: filling takes seconds, in which it does nothing else.
      const filled = await startProofServer()
      onTestFinished(() => filled.stop())
      const sizes = [10, history]
      const [few, many] = await Promise.all(sizes.map((size) => rowsOfWaking(filled, kind, size)))
      expect(many).toEqual(few)
      expect(few?.constructor).toEqual({ read: 0, written: 0 })
      expect(few?.['first frame']?.written).toBe(0)
      expect(few?.['first frame']?.read, 'it does read').toBeGreaterThan(0)
      expect(few?.send?.written, 'the count does see what is written').toBeGreaterThan(0)
    },
  )
})

/** Rows of each stretch after natural hibernation, in a session with this much history. */
async function rowsOfWaking(
  server: ProofServer,
  kind: string,
  history: number,
): Promise<Record<string, Rows>> {
  const session = newSession(kind)
  await server.ask(session, 'fill', history)
  const ada = await server.join(session, 'ada')
  // The last thing before it sleeps is a message, which may plan when to delete.
  await ada.send(SILENCE)
  const { seq: cursor } = await ada.answer()
  const epoch = ada.all('welcome')[0]?.epoch as string
  const boots = await server.boots(session)
  await idleWithPings(ada)
  await ada.hello({ epoch, cursor })
  await server.ask(session, 'rows', 'first frame')
  expect(await server.boots(session)).toHaveLength(boots.length + 1)
  const after = ada.frames.length
  await ada.send(SILENCE)
  await ada.answer(after)
  ada.say({ type: 'page', ref: 'a page', before: history, limit: 5 })
  await ada.next('page')
  const rows = await server.ask<Record<string, Rows>>(session, 'rows', 'send')
  ada.socket.close()
  return rows
}

/** Idles, while this client asks for a sign of life every 3 s; returns how often. */
async function idleWithPings(client: RealClient): Promise<number> {
  const pings = Math.floor(IDLE_MS / PING_MS)
  for (let n = 0; n < pings; n++) {
    await wait(PING_MS)
    client.say({ type: 'ping' })
  }
  await wait(IDLE_MS - pings * PING_MS)
  return pings
}

/** Two questions were asked; the answer to the first is growing. */
async function halfAnswered(server: ProofServer, session: string): Promise<RealClient> {
  const ada = await server.join(session, 'ada')
  await ada.send(JSON.stringify(LONG))
  await ada.send(JSON.stringify(SHORT))
  await ada.until(() => ada.all('delta').length > 5, 'a growing answer')
  return ada
}

const isAlarmOf = (line: string, session: string): boolean =>
  line.includes('proof.alarm') && line.includes(session)

async function statesOf(server: ProofServer, session: string): Promise<string[]> {
  const stored = await server.ask<{ role: string; state: string }[]>(session, 'stored')
  return stored.map(({ role, state }) => `${role} ${state}`)
}
