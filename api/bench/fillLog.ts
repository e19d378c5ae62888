/** Makes a log of a given length, through the front door. */

import { framesOf, join, openLine } from './Line.ts'
import type { Target } from './targets.ts'

export interface Log {
  room: string
  size: number
  /** where the server has one */
  epoch: string
}

const IN_FLIGHT = 200
const TEXT_BYTES = 200

/** Its texts begin with their numbers, from 0. */
export async function fillLog(
  target: Target,
  base: string,
  room: string,
  size: number,
): Promise<Log> {
  const epoch = await readEpoch(target, base, room)
  const line = await join(target, base, room, 0)
  await new Promise<void>((resolve) => {
    let sent = 0
    let stored = 0
    const say = () => {
      if (sent < size) line.send(target.message(sent, String(sent).padEnd(TEXT_BYTES, ' .')))
      sent += 1
    }
    line.onData = (data) => {
      for (const _ of framesOf(JSON.parse(`${data}`)).flatMap(target.texts)) {
        stored += 1
        say()
      }
      if (stored >= size) resolve()
    }
    for (let n = 0; n < IN_FLIGHT; n++) say()
  })
  line.close()
  return { room, size, epoch }
}

async function readEpoch(target: Target, base: string, room: string): Promise<string> {
  const line = await openLine(base + target.path(room, 'person-first'))
  const epoch = await new Promise<string>((resolve) => {
    line.onData = (data) => {
      const welcome = framesOf(JSON.parse(`${data}`)).find(({ type }) => type === 'welcome')
      if (welcome) resolve(welcome.epoch ?? '')
    }
    line.send(target.hello?.() ?? '')
  })
  line.close()
  return epoch
}
