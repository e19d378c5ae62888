/** The kit's feed with its Markdown for every text. */

import '../page/commits.ts'
import type { PartRenderers } from '../../../src/index.ts'
import { Markdown } from '../../../src/markdown/index.ts'
import { runPage } from '../page/runPage.ts'
import { openKit } from './openKit.tsx'

const renderers: PartRenderers = {
  text: ({ part, streaming }) => <Markdown text={part.text} streaming={streaming} />,
}

runPage({ viewport: '.sk-feed-viewport', row: '.sk-row', open: openKit(renderers) })
