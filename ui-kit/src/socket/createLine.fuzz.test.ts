/**
 * One line, a network and a page that do what they like, by seed.
 *
 * After every step: one socket at most, `live` only over an open one, nothing told twice, no
 * attempt too soon; and in the end a line that is wanted is live. A kind that never hit fails.
 */

import { expect, test } from 'vitest'
import { createFakeWebSocketClass, type FakeDownlink } from '../testing/createFakeWebSocketClass.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSeed } from '../testing/createSeed.ts'
import { type Connection, createLine, type Line } from './createLine.ts'
import type { NetworkEvent } from './networkSignals.ts'

const SEEDS = 200
const STEPS = 150
const CODES = [1000, 1001, 1006, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4429]

interface Wire extends FakeDownlink {
  state: 'dialled' | 'open' | 'over'
  /** a half-open one: nothing comes back from it */
  isMute: boolean
}

function play(seed: number) {
  const random = createSeed(seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const clock = createManualClock()
  const wires: Wire[] = []
  const told: Connection[] = []
  const page = {
    online: true,
    visible: true,
    say: undefined as ((e: NetworkEvent) => void) | undefined,
  }
  const answers: ((isGood: boolean) => void)[] = []
  let isSlowUrl = false

  const WebSocket = createFakeWebSocketClass((_, downlink) => {
    const wire: Wire = { ...downlink, state: 'dialled', isMute: false }
    wires.push(wire)
    return {
      transmit: () => {
        if (!wire.isMute) clock.setTimeout(() => wire.received('{"type":"pong"}'), 20)
      },
      close: () => {
        wire.state = 'over'
      },
      bufferedBytes: () => 0,
    }
  })
  const line: Line = createLine(
    {
      url: () =>
        isSlowUrl
          ? new Promise((good, bad) => {
              answers.push((isGood) => (isGood ? good('ws://late') : bad(new Error('no'))))
            })
          : 'ws://chat.test',
      WebSocket,
      clock,
      random,
      heartbeat: true,
      crowd: () => 1 + Math.floor(random() * 50),
      network: {
        isOnline: () => page.online,
        isVisible: () => page.visible,
        subscribe(listener) {
          expect(page.say, 'subscribed once').toBeUndefined()
          page.say = listener
          return () => {
            page.say = undefined
          }
        },
      },
    },
    {
      onText: () => {},
      onConnection(connection) {
        told.push(connection)
        if (connection.phase === 'syncing') line.tell('ready')
      },
    },
  )
  const last = () => wires.at(-1)

  const kinds: Record<string, () => void> = {
    open() {
      const wire = last()
      if (wire?.state !== 'dialled') return
      wire.state = 'open'
      wire.opened()
    },
    lose() {
      const wire = last()
      if (!wire || wire.state === 'over') return
      wire.state = 'over'
      wire.closed(pick(CODES), pick(['', 'full;7000']), random() < 0.5)
    },
    mute() {
      const wire = last()
      if (wire) wire.isMute = true
    },
    page() {
      page.online = random() < 0.8
      page.visible = random() < 0.7
      page.say?.(pick(['online', 'offline', 'visible', 'hidden', 'pageshow', 'pagehide']))
    },
    send: () => void line.send('word'),
    slowUrl: () => {
      isSlowUrl = !isSlowUrl
    },
    answer: () => pick([...answers, () => {}])(random() < 0.7),
    reconnect() {
      const dials = wires.length
      line.reconnect()
      expect(line.connection().phase).toBe('connecting')
      expect(wires.length - dials).toBe(isSlowUrl ? 0 : 1)
    },
    disconnect() {
      line.close()
    },
    second: () => clock.advance(random() * 1_000),
    minute: () => clock.advance(random() * 60_000),
  }

  function check(what: string) {
    const { phase, retryAtMs, downSinceMs } = line.connection()
    const where = `seed ${seed}, after ${what}`
    const held = wires.filter(({ state }) => state !== 'over')
    expect(held.length, where).toBeLessThanOrEqual(1)
    if (phase === 'live') expect(held[0]?.state, where).toBe('open')
    if (phase === 'live') expect(downSinceMs, where).toBeUndefined()
    if (['waiting', 'paused', 'ended'].includes(phase)) expect(held, where).toEqual([])
    const isIdle = phase === 'waiting' || phase === 'paused'
    expect(retryAtMs === undefined, where).toBe(!isIdle)
    if (retryAtMs !== undefined) expect(retryAtMs - clock.now(), where).toBeLessThan(490_000)
    expect(page.say === undefined, where).toBe(phase === 'ended')
    expect(line.connection(), where).toBe(told.at(-1))
  }
  return { clock, kinds, pick, check, page, line, told, wires, answers }
}

test(`[F04] [F24] [F43] one line, random networks and pages, ${SEEDS} seeds`, async () => {
  const hits = new Map<string, number>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { clock, kinds, pick, check, page, line, told, wires, answers } = play(seed)
    for (let i = 0; i < STEPS; i++) {
      const kind = pick(Object.keys(kinds))
      kinds[kind]?.()
      // A url that came is taken in a task of its own.
      if (kind === 'answer') await new Promise<void>((done) => setImmediate(done))
      hits.set(kind, (hits.get(kind) ?? 0) + 1)
      check(kind)
    }
    for (const phase of told.map((connection) => connection.phase))
      hits.set(phase, (hits.get(phase) ?? 0) + 1)
    const same = told.filter((one, i) => JSON.stringify(one) === JSON.stringify(told[i - 1]))
    expect(same, `seed ${seed}: told twice`).toEqual([])

    // Everything is well again, and somebody looks.
    const isEnded = line.connection().phase === 'ended'
    const dials = wires.length
    for (const answer of answers) answer(true)
    Object.assign(page, { online: true, visible: true })
    page.say?.('visible')
    for (let i = 0; i < 60 && line.connection().phase !== 'live'; i++) {
      clock.advance(1_000)
      await new Promise<void>((done) => setImmediate(done))
      for (const answer of answers) answer(true)
      kinds.open?.()
    }
    expect(line.connection().phase, `seed ${seed}: in the end`).toBe(isEnded ? 'ended' : 'live')
    if (isEnded) expect(wires, `seed ${seed}: stays closed`).toHaveLength(dials)
    line.close()
    clock.advance(600_000)
    check('the end')
  }
  console.info(`seeds 1 to ${SEEDS}: ${[...hits].map((hit) => hit.join(' ')).join(', ')}`)
  expect(hits.size).toBe(11 + 6)
  for (const [kind, count] of hits) expect(count, kind).toBeGreaterThan(100)
}, 60_000)
