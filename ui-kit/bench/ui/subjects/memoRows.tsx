/** By hand, as it is written: React gathers what comes while it is busy. */

import '../page/commits.ts'
import { runPage } from '../page/runPage.ts'
import { memoRows } from './openMemoRows.tsx'

runPage(memoRows)
