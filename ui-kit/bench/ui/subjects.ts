/** Who is measured: one page each. */

export interface PageSubject {
  name: string
  /** in `subjects/` */
  file: string
}

/** What a competent developer writes by hand: every ratio is to it. */
export const memoRows: PageSubject = { name: 'memo-rows', file: 'memoRows.tsx' }
/** The same where every token is a commit of its own, however busy the page is. */
export const memoRowsEach: PageSubject = {
  name: 'memo-rows, a commit each',
  file: 'memoRowsEach.tsx',
}
export const kit: PageSubject = { name: 'session-kit', file: 'kit.tsx' }
export const kitMarkdown: PageSubject = { name: 'session-kit, Markdown', file: 'kitMarkdown.tsx' }

export const OURS: readonly PageSubject[] = [memoRows, memoRowsEach, kit, kitMarkdown]

/** Of other people; their packages are installed for a run (`installPeers`). */
export const PEERS: readonly PageSubject[] = [
  { name: 'chatscope', file: 'chatscope.tsx' },
  { name: 'assistant-ui', file: 'assistantUi.tsx' },
]
