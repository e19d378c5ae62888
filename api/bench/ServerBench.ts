/** What a scenario of the server's benchmark is given. */

import type { Bench, Scenario } from '../../demo/bench/Scenario.ts'
import type { WorkerdServer } from '../test/startWorkerd.ts'
import type { Target } from './targets.ts'

export interface ServerBench extends Bench {
  /** Starts a server of its own; it ends with the scenario. */
  serve(target: Target): Promise<WorkerdServer>
  /** a name that no room had before */
  room(): string
}

export type ServerScenario = Scenario<ServerBench>
