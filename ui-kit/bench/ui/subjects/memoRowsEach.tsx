/** The same by hand, but each token is rendered at once, as state outside of React makes it. */

import '../page/commits.ts'
import { flushSync } from 'react-dom'
import { runPage } from '../page/runPage.ts'
import { memoRows } from './openMemoRows.tsx'

runPage({
  ...memoRows,
  open(root, talk) {
    const feed = memoRows.open(root, talk)
    return { ...feed, grow: (text) => flushSync(() => feed.grow(text)) }
  },
})
