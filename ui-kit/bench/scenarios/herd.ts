/** A room that loses all its lines at once, as at every deploy: when do they come back? */

import { setTimeout } from 'node:timers/promises'
import { atMost, type Scenario, show } from '../../../demo/bench/Scenario.ts'
import { interleave, type Sample, typical } from '../../../demo/bench/statistics.ts'
import { busiestShare } from '../busiestShare.ts'
import type { Client } from '../clients/Client.ts'
import { CLIENTS, phoenix, session } from '../clients/clients.ts'
import { dialsTo } from '../page.ts'
import { COUNT_MS, startRoom } from '../room/startRoom.ts'
import { until } from '../until.ts'

const STRETCH_MS = 100

export const herd: Scenario = {
  name: 'herd',
  title: 'Reconnect herd: 200 clients of one room lose their line at once',
  async run({ rounds, isQuick }) {
    const size = isQuick ? 20 : 200
    const clients = isQuick ? [phoenix, session] : CLIENTS
    const samples = await interleave(rounds, clients, (client) => scatter(client, size))
    const figure = (name: string, key: string) => typical(samples, name, key)
    const busiest = figure(session.name, 'busiest')
    return {
      columns: [
        'client',
        'first retries in the busiest 100 ms',
        'half back after s',
        'all after s',
      ],
      rows: clients.map(({ name }) => [
        name,
        `${show(figure(name, 'busiest'))} %`,
        show(figure(name, 'halfSeconds')),
        show(figure(name, 'allSeconds')),
      ]),
      goals: [atMost('% of the first retries in the busiest 100 ms', 5, busiest)],
      notes: [
        `The server cuts ${size} sockets without a close frame and lets everybody in again at once. Then it says something to everybody, and each client has shown it, once; those that catch up also what was said while they were away.`,
      ],
    }
  },
}

async function scatter(client: Client, size: number): Promise<Sample> {
  const { name, dialect, isCatchingUp, connect } = client
  const server = await startRoom(dialect)
  let up = 0
  const backMs: number[] = []
  const crowd = Array.from({ length: size }, () => {
    const events = {
      onUp: () => {
        up += 1
        backMs.push(performance.now())
      },
      onDown: () => {
        up -= 1
      },
    }
    return connect(server.url, events)
  })
  const shows = (texts: string[]) => () => crowd.every((one) => one.texts().join() === texts.join())
  await until(() => up === size, `${name}: the first coming in of all`)
  server.say('before')
  await until(shows(['before']), `${name}: everybody's hearing the first`)
  // Until a server that tells how many are here has told it.
  await setTimeout(2 * COUNT_MS)

  backMs.length = 0
  const cutMs = performance.now()
  server.cut()
  server.say('meanwhile')
  await until(() => backMs.length === size && up === size, `${name}: the coming back of all`)
  server.say('after')
  const whole = isCatchingUp ? ['before', 'meanwhile', 'after'] : ['before', 'after']
  await until(shows(whole), `${name}: everybody's hearing the last`)
  for (const one of crowd) one.stop()
  await server.stop()

  const secondsUntil = (atMs = Number.NaN) => (atMs - cutMs) / 1_000
  return {
    busiest: busiestShare(dialsTo(server.url, cutMs).slice(0, size), STRETCH_MS) * 100,
    halfSeconds: secondsUntil(backMs[size / 2 - 1]),
    allSeconds: secondsUntil(backMs.at(-1)),
  }
}
