/**
 * `pnpm bench client`: the line and the log beside other clients, in one run. See README.md.
 */

// Before the clients: some look for a window at import.
import './page.ts'

import { runBench } from '../../demo/bench/runBench.ts'
import { deadLine } from './scenarios/deadLine.ts'
import { frames } from './scenarios/frames.ts'
import { herd } from './scenarios/herd.ts'
import { hotLoop } from './scenarios/hotLoop.ts'
import { tokens } from './scenarios/tokens.ts'

const SCENARIOS = [herd, hotLoop, deadLine, frames, tokens]

await runBench('client', SCENARIOS, (scenario, bench) => scenario.run(bench))
