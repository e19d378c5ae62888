/** A server that lets in and then fails, always: how hard is it hammered? */

import { setTimeout } from 'node:timers/promises'
import { atMost, type Scenario, show } from '../../../demo/bench/Scenario.ts'
import { sideBySide, typical } from '../../../demo/bench/statistics.ts'
import type { Client } from '../clients/Client.ts'
import { CLIENTS, phoenix, session } from '../clients/clients.ts'
import { dialsTo } from '../page.ts'
import { type RoomEvents, startRoom } from '../room/startRoom.ts'

/** Of each client so many: their waits are drawn. */
const CROWD = 4
const FAILED = 1011
/** How long one that is in stays in. */
const IN_MS = 50

export const hotLoop: Scenario = {
  name: 'hot-loop',
  title: 'A server that accepts and closes with 1011',
  async run({ rounds, isQuick }) {
    const seconds = isQuick ? 1 : 10
    const clients = isQuick ? [phoenix, session] : CLIENTS
    const samples = await sideBySide(rounds, clients, async (client) => {
      const [atOnce, whenIn] = await Promise.all([
        countDials(client, seconds, { onOpen: (socket) => socket.close(FAILED) }),
        countDials(client, seconds, {
          async onIn(socket) {
            await setTimeout(IN_MS)
            socket.close(FAILED)
          },
        }),
      ])
      return { atOnce, whenIn }
    })
    const figure = (name: string, key: string) => typical(samples, name, key)
    return {
      columns: ['client', 'attempts, closed at once', 'attempts, closed when in'],
      rows: clients.map(({ name }) => [
        name,
        show(figure(name, 'atOnce')),
        show(figure(name, 'whenIn')),
      ]),
      goals: [
        atMost('attempts a second, closed at once', 1, figure(session.name, 'atOnce') / seconds),
        atMost('attempts a second, closed when in', 1, figure(session.name, 'whenIn') / seconds),
      ],
      notes: [
        `Attempts of one client in ${seconds} s, the first included, a mean of ${CROWD}: once the server closes each socket as soon as it is open, once ${IN_MS} ms after the client is in. All clients at the same time.`,
      ],
    }
  },
}

async function countDials(client: Client, seconds: number, events: RoomEvents): Promise<number> {
  const server = await startRoom(client.dialect, events)
  const deaf = { onUp() {}, onDown() {} }
  const crowd = Array.from({ length: CROWD }, () => client.connect(server.url, deaf))
  await setTimeout(seconds * 1_000)
  for (const one of crowd) one.stop()
  await server.stop()
  return dialsTo(server.url).length / CROWD
}
