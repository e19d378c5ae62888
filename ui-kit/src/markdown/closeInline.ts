/**
 * Closes the inline syntax that is open at the end of a Markdown text: emphasis, code spans,
 * links. Part of closeOpenSyntax; looks at the last paragraph, item, heading or cell only.
 */

/** More open marks or brackets than this are no text of a person or a model: they stay as they are. */
const maxOpen = 16

/** Nor is a longer run of marks. */
const maxRun = 3

interface OpenMark {
  readonly char: string
  /** Offset behind it. */
  readonly after: number
  length: number
}

interface Scan {
  readonly text: string
  /** What lies behind is held back. */
  end: number
  /** Characters that aren't shown while their partner is missing: brackets. */
  readonly dropped: number[]
  readonly marks: OpenMark[]
  /** The backticks that close a code span. */
  code: string
}

export function closeInline(source: string): string {
  const body = source.trimEnd()
  const rest = source.slice(body.length)
  if (/\n[ \t]*\n/.test(rest)) return source
  const start = findSegment(body)
  const text = body.slice(start) + (rest.includes('\n') ? '' : rest)
  const scan: Scan = { text, end: text.length, dropped: [], marks: [], code: '' }
  for (let at = 0; at < scan.end; ) at = step(scan, at)
  return source.slice(0, start) + write(scan)
}

const blockStart =
  /^[ \t]*(?:>[ \t]*)*(?:#{1,6}[ \t]+|(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+(?:\[[ xX]\][ \t]+)?)?/

/** Where the last run of inline text begins: emphasis and code never reach across it. */
function findSegment(source: string): number {
  let lineEnd = source.length
  for (;;) {
    const lineStart = source.lastIndexOf('\n', lineEnd - 1) + 1
    const line = source.slice(lineStart, lineEnd)
    const isBetweenBlocks = line.trim() === '' || /^[ \t>]*(?:`{3}|~{3})/.test(line)
    if (isBetweenBlocks) return Math.min(lineEnd + 1, source.length)
    if (/^ {0,3}\|/.test(line)) return lineStart + line.replace(/\\./g, '  ').lastIndexOf('|') + 1
    const marker = blockStart.exec(line)?.[0] ?? ''
    if (marker.trim() !== '') return lineStart + marker.length
    if (lineStart === 0) return 0
    lineEnd = lineStart - 1
  }
}

/** Reads one construct and returns the offset after it. */
function step(scan: Scan, at: number): number {
  switch (scan.text[at]) {
    case '\\':
      if (at + 1 === scan.text.length) scan.end = at
      return at + 2
    case '`':
      return stepCode(scan, at)
    case '[':
      return stepLink(scan, at)
    case '!':
      // Set apart by a space it is more likely an image's than a sentence's.
      if (at + 1 === scan.text.length && !/\S/.test(scan.text[at - 1] ?? ' ')) scan.end = at
      return at + 1
    case '<':
      if (isHalfAutolink(scan.text.slice(at + 1))) scan.dropped.push(at)
      return at + 1
    case '*':
    case '_':
    case '~':
      return stepMark(scan, at)
    default:
      return at + 1
  }
}

function isHalfAutolink(text: string): boolean {
  if (/[\s<>]/.test(text)) return false
  const schemes = ['https://', 'http://', 'mailto:']
  return schemes.some((scheme) => scheme.startsWith(text) || text.startsWith(scheme))
}

function stepCode(scan: Scan, at: number): number {
  const { text } = scan
  const run = /^`+/.exec(text.slice(at))?.[0] ?? '`'
  const inside = at + run.length
  for (const { 0: other, index } of text.slice(inside).matchAll(/`+/g)) {
    if (other === run) return inside + index + run.length
  }
  const content = text.slice(inside).replace(/`+$/, '')
  if (content.trim() === '') {
    scan.end = at
  } else {
    scan.end = inside + content.length
    scan.code = run
  }
  return scan.text.length
}

/** Until its address is whole, a link shows its text alone. */
function stepLink(scan: Scan, at: number): number {
  const { text } = scan
  const image = text[at - 1] === '!'
  if (scan.dropped.length > maxOpen) return at + 1
  if (!image && /[\p{L}\p{N}_]/u.test(text[at - 1] ?? '')) return at + 1
  // `[1` at a line's start may be the definition of a source, which is never shown.
  if (at === 0 && /^\[\^?\d*\]?:?\s*$/.test(text)) return hold(scan, at)
  const close = findClosing(text, at, '[', ']')
  const next = close === -1 ? undefined : text[close + 1]
  if (next === ':' && at === 0 && text.slice(close + 2).trim() === '') return hold(scan, at)
  if (next === '(' || next === '[') {
    const end = findClosing(text, close + 1, next, next === '(' ? ')' : ']')
    if (end !== -1) return end + 1
  } else if (next !== undefined) {
    return at + 1
  }
  scan.dropped.push(at)
  if (image) scan.dropped.push(at - 1)
  if (close !== -1) scan.end = close
  return at + 1
}

function hold(scan: Scan, at: number): number {
  scan.end = at
  return scan.text.length
}

function findClosing(text: string, from: number, opener: string, closer: string): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\\') at += 1
    else if (char === opener) depth += 1
    else if (char === closer) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

/** CommonMark's left- and right-flanking runs, without the rule of three. */
function stepMark(scan: Scan, at: number): number {
  const { text, marks } = scan
  const char = text[at] ?? ''
  let after = at
  while (text[after] === char) after += 1
  let length = after - at
  if (length > maxRun) return after
  if (char === '~' && length !== 2 && after < text.length) return after

  const previous = at === 0 ? ' ' : (text[at - 1] ?? ' ')
  const following = text[after] ?? ' '
  const canClose = isFlanking(previous, following) && !(char === '_' && isWord(following))
  const canOpen = isFlanking(following, previous) && !(char === '_' && isWord(previous))

  const opener = marks.findLastIndex((mark) => mark.char === char)
  const open = marks[opener]
  if (after === text.length && (open === undefined || length < open.length)) return hold(scan, at)
  if (canClose && open) {
    const closed = Math.min(length, open.length)
    open.length -= closed
    length -= closed
    marks.splice(open.length === 0 ? opener : opener + 1)
  }
  if (canOpen && length > 0 && marks.length <= maxOpen) marks.push({ char, after, length })
  return after
}

/** Whether a run with `inner` on one side and `outer` on the other can enclose `inner`. */
function isFlanking(inner: string, outer: string): boolean {
  return !/\s/.test(inner) && (!isPunctuation(inner) || /\s/.test(outer) || isPunctuation(outer))
}

function isPunctuation(char: string): boolean {
  return /[\p{P}\p{S}]/u.test(char)
}

function isWord(char: string): boolean {
  return /[\p{L}\p{N}_]/u.test(char)
}

function write({ text, end: stop, dropped, marks, code }: Scan): string {
  let end = stop
  let shown = ''
  let from = 0
  for (const at of dropped.filter((drop) => drop < end).sort((a, b) => a - b)) {
    shown += text.slice(from, at)
    from = at + 1
  }
  shown += text.slice(from, end)
  if (marks.length > maxOpen) marks.length = 0
  if (code === '' && marks.length === 0) return shown
  shown = code === '' ? shown.trimEnd() : shown + code
  // Marks with nothing behind them yet would show as themselves.
  const isBare = (mark: OpenMark) =>
    [...text.slice(mark.after, end)].every(
      (char, index) => char.trim() === '' || dropped.includes(mark.after + index),
    )
  for (let last = marks.at(-1); last && isBare(last); last = marks.at(-1)) {
    shown = shown.slice(0, -last.length).trimEnd()
    end = last.after - last.length
    marks.pop()
  }
  return shown + marks.reduceRight((closers, mark) => closers + mark.char.repeat(mark.length), '')
}
