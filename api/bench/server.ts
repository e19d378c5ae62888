/**
 * `pnpm bench server`: sessions against servers written by hand and against other kits, each on
 * bare workerd with real sockets, in one run. See README.md.
 *
 * --rounds N (5), --scenario NAME (all), --quick (a smoke test), --out FILE (the tables as well).
 */

import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startWorkerd, type WorkerdServer } from '../test/startWorkerd.ts'
import { type Bench, markdown, type Scenario } from './Scenario.ts'
import { connectStorm } from './scenarios/connectStorm.ts'
import { fanOut } from './scenarios/fanOut.ts'
import { idleMemory } from './scenarios/idleMemory.ts'
import { oneInFlight } from './scenarios/oneInFlight.ts'
import { rawEcho } from './scenarios/rawEcho.ts'
import { resume } from './scenarios/resume.ts'
import { stream } from './scenarios/stream.ts'
import { wake } from './scenarios/wake.ts'

const SCENARIOS = [rawEcho, fanOut, oneInFlight, stream, wake, connectStorm, idleMemory, resume]

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    scenario: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})
const rounds = values.quick ? 1 : Number(values.rounds)
const wanted = SCENARIOS.filter(
  ({ name }) => values.scenario.length === 0 || values.scenario.includes(name),
)
const names = SCENARIOS.map(({ name }) => name)
const unknown = values.scenario.find((name) => !names.includes(name))
if (unknown !== undefined)
  throw new Error(`bench server: there is no scenario ${unknown}. Use one of ${names.join(', ')}.`)
if (!Number.isSafeInteger(rounds) || rounds < 1)
  throw new Error('bench server: --rounds takes a whole number from 1.')

const load = () => (loadavg()[0] ?? 0).toFixed(1)
const sections = [
  `Node ${process.versions.node}, ${availableParallelism()} cores, ${rounds} rounds, ${new Date().toISOString().slice(0, 10)}${values.quick ? '; --quick: no figure here means anything' : ''}\n`,
]
console.log(sections[0])
for (const scenario of wanted) {
  const before = load()
  const section = await measure(scenario)
  sections.push(`${section}\nLoad of the machine before and after: ${before}, ${load()}.\n`)
  console.log(sections.at(-1))
}
if (values.out !== undefined) writeFileSync(values.out, sections.join('\n'))

async function measure(scenario: Scenario): Promise<string> {
  const servers: WorkerdServer[] = []
  let lastRoom = 0
  const bench: Bench = {
    rounds,
    isQuick: values.quick,
    async serve(target) {
      const server = await startWorkerd(target.worker)
      servers.push(server)
      return server
    },
    room: () => `room-${lastRoom++}`,
  }
  try {
    return markdown(scenario, await scenario.run(bench))
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
