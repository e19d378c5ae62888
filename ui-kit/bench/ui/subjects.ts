/** Who is measured: one page each. */

export interface PageSubject {
  name: string
  /** in `subjects/` */
  file: string
}

/** What a competent developer writes by hand: every ratio is to it. */
export const memoRows: PageSubject = { name: 'memo-rows', file: 'memoRows.tsx' }
export const kit: PageSubject = { name: 'session-kit', file: 'kit.tsx' }
export const kitMarkdown: PageSubject = { name: 'session-kit, Markdown', file: 'kitMarkdown.tsx' }

export const SUBJECTS: readonly PageSubject[] = [memoRows, kit, kitMarkdown]
