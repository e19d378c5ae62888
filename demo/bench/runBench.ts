/**
 * A benchmark of several scenarios, from the command line to its tables.
 *
 * --rounds N (5), --scenario NAME (all), --quick (a smoke test), --out FILE (the tables as well).
 */

import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Bench, markdown, type Report, type Scenario } from './Scenario.ts'

/**
 * @param name for messages
 * @param measure runs one scenario with what it needs, and clears it away
 * @throws Error for an option that can't be followed, before anything is measured
 */
export async function runBench<B>(
  name: string,
  scenarios: readonly Scenario<B>[],
  measure: (scenario: Scenario<B>, bench: Bench) => Promise<Report>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      scenario: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  })
  const bench = { rounds: values.quick ? 1 : Number(values.rounds), isQuick: values.quick }
  const names = scenarios.map((scenario) => scenario.name)
  const unknown = values.scenario.find((wanted) => !names.includes(wanted))
  if (unknown !== undefined)
    throw new Error(
      `bench ${name}: there is no scenario ${unknown}. Use one of ${names.join(', ')}.`,
    )
  if (!Number.isSafeInteger(bench.rounds) || bench.rounds < 1)
    throw new Error(`bench ${name}: --rounds takes a whole number from 1.`)

  const sections = [heading(bench)]
  console.log(sections[0])
  for (const scenario of scenarios) {
    if (values.scenario.length > 0 && !values.scenario.includes(scenario.name)) continue
    const before = load()
    const section = markdown(scenario.title, await measure(scenario, bench))
    sections.push(`${section}\nLoad of the machine before and after: ${before}, ${load()}.\n`)
    console.log(sections.at(-1))
  }
  if (values.out !== undefined) writeFileSync(values.out, sections.join('\n'))
}

const load = () => (loadavg()[0] ?? 0).toFixed(1)

function heading({ rounds, isQuick }: Bench): string {
  const date = new Date().toISOString().slice(0, 10)
  const warning = isQuick ? '; --quick: no figure here means anything' : ''
  return `Node ${process.versions.node}, ${availableParallelism()} cores, ${rounds} rounds, ${date}${warning}\n`
}
