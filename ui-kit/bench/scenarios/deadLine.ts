/** A line that is dead without having ended: how long does a client say that messages travel? */

import { setTimeout } from 'node:timers/promises'
import { atMost, type Scenario, show } from '../../../demo/bench/Scenario.ts'
import { quantile, type Samples, typical } from '../../../demo/bench/statistics.ts'
import type { Client } from '../clients/Client.ts'
import { CLIENTS, line, session } from '../clients/clients.ts'
import { comeBack } from '../page.ts'
import { startRoom } from '../room/startRoom.ts'

/** of each client */
const LINES = 8
/** They fall silent within one period of a heartbeat, so that all parts of it are met. */
const SPREAD_MS = 30_000
/** Twice the slowest heartbeat, and what a client may wait for a close. */
const WATCH_MS = 75_000
const WATCH_TOLD_MS = 10_000
/** What was on its way when a line fell silent has arrived by then. */
const ARRIVED_MS = 500

export const deadLine: Scenario = {
  name: 'dead-line',
  title: 'A dead line: nothing comes, nothing ends',
  async run({ isQuick }) {
    const clients = isQuick ? [line, session] : CLIENTS
    const told = await watch(clients, 'told')
    const alone: Samples = isQuick ? new Map() : await watch(clients, 'alone')
    const seconds = (value: number) => (value === Infinity ? 'never' : show(value))
    return {
      columns: ['client', 'noticed after s, p50', `worst of ${LINES}`, 'after a signal, worst'],
      rows: clients.map(({ name }) => [
        name,
        seconds(typical(alone, name, 'p50')),
        seconds(typical(alone, name, 'worst')),
        seconds(typical(told, name, 'worst')),
      ]),
      goals: [
        atMost('s until it is noticed, at worst', 31, typical(alone, session.name, 'worst')),
        atMost('s after a signal, at worst', 3.5, typical(told, session.name, 'worst')),
      ],
      notes: [
        `In real time, one round: the server keeps ${LINES} sockets of each client open, reads nothing and says nothing. Counted until the client itself says that it isn't connected; "never" is not within ${WATCH_MS / 1_000} s. The sockets fall silent one after the other within ${SPREAD_MS / 1_000} s. The servers beat every 25 s for those clients that leave it to them.`,
        `A signal is what a page is told when its reader opens the laptop again: visible, and online. There "never" is not within ${WATCH_TOLD_MS / 1_000} s.`,
      ],
    }
  },
}

/** `told`: all fall silent, then the page comes back once, and it is counted from there. */
async function watch(clients: readonly Client[], mode: 'told' | 'alone'): Promise<Samples> {
  const lines = await Promise.all(
    clients.flatMap((client) => Array.from({ length: LINES }, (_, n) => open(client, n))),
  )
  if (mode === 'told') {
    for (const line of lines) line.fallSilent()
    await setTimeout(ARRIVED_MS)
    comeBack()
  }
  const seconds = await Promise.all(
    lines.map(async ({ name, n, fallSilent, down }) => {
      const fromMs = performance.now()
      if (mode === 'told') return { name, s: await within(WATCH_TOLD_MS, down, fromMs) }
      await setTimeout((SPREAD_MS * n) / LINES)
      fallSilent()
      return { name, s: await within(WATCH_MS, down, performance.now()) }
    }),
  )
  await Promise.all(lines.map((line) => line.stop()))
  return new Map(
    clients.map(({ name }) => {
      const own = seconds.flatMap((one) => (one.name === name ? one.s : []))
      return [name, [{ p50: quantile(own, 0.5), worst: Math.max(...own) }]]
    }),
  )
}

/** One line, up, with a server of its own. */
async function open({ name, dialect, connect }: Client, n: number) {
  const server = await startRoom(dialect)
  const up = Promise.withResolvers<void>()
  const down = Promise.withResolvers<number>()
  const onDown = () => down.resolve(performance.now())
  const client = connect(server.url, { onUp: up.resolve, onDown })
  await up.promise
  return {
    name,
    n,
    fallSilent: server.fallSilent,
    /** when it said so */
    down: down.promise,
    async stop() {
      client.stop()
      await server.stop()
    },
  }
}

/** Seconds; Infinity for what did not come. */
async function within(ms: number, moment: Promise<number>, fromMs: number): Promise<number> {
  return ((await Promise.race([moment, setTimeout(ms, Infinity, { ref: false })])) - fromMs) / 1_000
}
