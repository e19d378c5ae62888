/** The kit's feed as it is: every row below its threshold, a window above. */

import '../page/commits.ts'
import { runPage } from '../page/runPage.ts'
import { openKit } from './openKit.tsx'

runPage({ viewport: '.sk-feed-viewport', row: '.sk-row', open: openKit() })
