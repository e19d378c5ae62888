/** `pnpm bench ui`: the feed in a browser, beside other lists, in one run. See ui/README.md. */

import { runBench } from '../../demo/bench/runBench.ts'
import { installPeers } from './ui/installPeers.ts'
import { longBlock } from './ui/scenarios/longBlock.ts'
import { prepend } from './ui/scenarios/prepend.ts'
import { renders } from './ui/scenarios/renders.ts'
import { rush } from './ui/scenarios/rush.ts'
import { show } from './ui/scenarios/show.ts'
import { tokens, tokensSlow } from './ui/scenarios/tokens.ts'
import { servePages } from './ui/servePages.ts'
import { OURS, PEERS } from './ui/subjects.ts'

const SCENARIOS = [show, tokens, tokensSlow, longBlock, renders, prepend, rush]

let peers: ReturnType<typeof installPeers> | undefined

try {
  await runBench('ui', SCENARIOS, async (scenario, bench) => {
    if (!bench.isQuick) peers ??= installPeers()
    const subjects = peers ? [...OURS, ...PEERS] : OURS
    const pages = await servePages(subjects, peers?.folder)
    try {
      return await scenario.run({ ...bench, subjects, pages })
    } finally {
      await pages.stop()
    }
  })
} finally {
  peers?.remove()
}
