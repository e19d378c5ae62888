/**
 * A part of a benchmark: what it is given and gives, how its goals are judged and written down.
 *
 * Must not know what is measured.
 */

export interface Scenario<B = Bench> {
  /** for the command line */
  name: string
  title: string
  run(bench: B): Promise<Report>
}

export interface Bench {
  rounds: number
  /** a smoke test: as little as shows that everything works, and no figure to rely on */
  isQuick: boolean
}

export interface Report {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
  goals: readonly Goal[]
  /** how it was measured, and what to know when reading it */
  notes: readonly string[]
}

export interface Goal {
  text: string
  value: number
  /** undefined: this system doesn't tell */
  isMet: boolean | undefined
}

export const atMost = (text: string, limit: number, value: number): Goal =>
  judge(`${text}: at most ${limit}`, value, value <= limit)

export const atLeast = (text: string, limit: number, value: number): Goal =>
  judge(`${text}: at least ${limit}`, value, value >= limit)

const judge = (text: string, value: number, isMet: boolean): Goal => ({
  text,
  value,
  isMet: Number.isNaN(value) ? undefined : isMet,
})

/** Three figures that count; `–` for what isn't known. */
export function show(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}

export function markdown(title: string, report: Report): string {
  const { columns, rows, goals, notes } = report
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `## ${title}`,
    '',
    ...notes.flatMap((note) => [note, '']),
    line(columns),
    line(columns.map((_, n) => (n === 0 ? '---' : '---:'))),
    ...rows.map(line),
    '',
    ...goals.map(({ text, value, isMet }) => `- **${verdict(isMet)}** ${text} (${show(value)})`),
    '',
  ].join('\n')
}

const verdict = (isMet: boolean | undefined) =>
  isMet === undefined ? 'not measured' : isMet ? 'met' : 'missed'
