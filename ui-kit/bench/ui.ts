/** `pnpm bench ui`: the feed in a browser, beside other lists, in one run. See ui/README.md. */

import { runBench } from '../../demo/bench/runBench.ts'
import { prepend } from './ui/scenarios/prepend.ts'
import { renders } from './ui/scenarios/renders.ts'
import { rush } from './ui/scenarios/rush.ts'
import { show } from './ui/scenarios/show.ts'
import { tokens, tokensSlow } from './ui/scenarios/tokens.ts'
import { servePages } from './ui/servePages.ts'
import { SUBJECTS } from './ui/subjects.ts'

const SCENARIOS = [show, tokens, tokensSlow, renders, prepend, rush]

await runBench('ui', SCENARIOS, async (scenario, bench) => {
  const pages = await servePages(SUBJECTS)
  try {
    return await scenario.run({ ...bench, subjects: SUBJECTS, pages })
  } finally {
    await pages.stop()
  }
})
