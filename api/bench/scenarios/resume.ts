/** A client comes back: how long until it has what it missed, and does the length of the log matter? */

import { atMost, show } from '../../../demo/bench/Scenario.ts'
import { interleave, median, ratio, typical } from '../../../demo/bench/statistics.ts'
import { fillLog, type Log } from '../fillLog.ts'
import { framesOf, openLine } from '../Line.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { plainSqlite, sessionKit, type Target } from '../targets.ts'

const TIMES = 15

export const resume: ServerScenario = {
  name: 'resume',
  title: 'Resume from a long log',
  async run(bench) {
    const targets = [plainSqlite, sessionKit]
    const sizes = bench.isQuick ? [200, 2_000] : [10_000, 100_000]
    const [small = 0, large = 0] = sizes
    const missed = bench.isQuick ? [10, 100] : [10, 1_000]
    const places = []
    for (const target of targets) {
      const server = await bench.serve(target)
      for (const size of sizes) {
        const log = await fillLog(target, server.url, bench.room(), size)
        places.push({ name: nameOf(target, size), target, url: server.url, log })
      }
    }
    const samples = await interleave(bench.rounds, places, async ({ target, url, log }) => {
      const sample: Record<string, number> = {}
      for (const count of missed) {
        const times: number[] = []
        for (let n = 0; n < TIMES; n++) times.push(await catchUp(target, url, log, count))
        sample[`ms${count}`] = median(times)
      }
      return sample
    })
    const own = nameOf(sessionKit, large)
    const compare = (base: string, count = 0) => ratio(samples, own, base, `ms${count}`)
    return {
      columns: [
        'server and log',
        ...missed.flatMap((count) => [`${count} missed, ms`, '× plain-sqlite']),
      ],
      rows: places.map(({ name, log }) => [
        name,
        ...missed.flatMap((count) => [
          show(typical(samples, name, `ms${count}`)),
          show(ratio(samples, name, nameOf(plainSqlite, log.size), `ms${count}`)),
        ]),
      ]),
      goals: [
        atMost(
          `time of a bare replay, ${missed[0]} missed`,
          1.5,
          compare(nameOf(plainSqlite, large), missed[0]),
        ),
        atMost(
          `time of a bare replay, ${missed[1]} missed`,
          1.25,
          compare(nameOf(plainSqlite, large), missed[1]),
        ),
        ...missed.map((count) =>
          atMost(
            `its own time with ${show(small)} stored, ${count} missed`,
            1.25,
            compare(nameOf(sessionKit, small), count),
          ),
        ),
      ],
      notes: [
        'From the hello on a fresh socket to the last missed message, which must be all, in order. session-kit has its limit of one catch-up raised from 500 to 1,000 messages; above it a client gets the newest 100 and pages back.',
      ],
    }
  },
}

const nameOf = ({ name }: Target, size: number) => `${name}, ${size.toLocaleString('en')} stored`

/** ms. @throws Error when it isn't exactly what was missed */
async function catchUp(target: Target, url: string, log: Log, missed: number): Promise<number> {
  const line = await openLine(url + target.path(log.room, 'person-back'))
  const texts: string[] = []
  const elapsedMs = await new Promise<number>((resolve) => {
    const startMs = performance.now()
    line.onData = (data) => {
      texts.push(...framesOf(JSON.parse(`${data}`)).flatMap(target.texts))
      if (texts.length >= missed) resolve(performance.now() - startMs)
    }
    line.send(target.hello?.({ epoch: log.epoch, cursor: log.size - missed }) ?? '')
  })
  line.close()
  const wrong = texts.findIndex((text, n) => Number.parseFloat(text) !== log.size - missed + n)
  if (wrong >= 0 || texts.length !== missed)
    throw new Error(`${target.name}: of ${missed} missed came ${texts.length}, wrong from ${wrong}`)
  return elapsedMs
}
