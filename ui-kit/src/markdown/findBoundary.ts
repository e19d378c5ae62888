/**
 * How much of a growing Markdown text is finished: up to which line no later text can change the
 * blocks, and from which line the lexer can start afresh with the same result.
 * Errs on the side of "not yet"; that costs time, never truth.
 */
import type { Token } from 'marked'
import { lexBlockTokens } from './lexChunk.ts'

/** Offset of the last safe boundary in `source`, 0 when there is none. */
export function findBoundary(source: string): number {
  let boundary = 0
  let offset = 0
  let before: Token | undefined
  let definitionPending = false
  for (const token of lexBlockTokens(source)) {
    // In rare nestings a token's raw is rebuilt text, not a slice: offsets end here.
    if (!source.startsWith(token.raw, offset)) break
    if (token.type !== 'space') {
      const blank = endsWithBlankLine(source, offset)
      if (blank) definitionPending = false
      const finished = blank || (!definitionPending && (endsItself(before) || interrupts(token)))
      if (offset > 0 && finished && isWholeLine(source, offset)) boundary = offset
      // `[label]: url` may still get a title from the lines below, until a blank one.
      if (/^ {0,3}\[/.test(token.raw)) definitionPending = true
      before = token
    }
    offset += token.raw.length
  }
  return boundary
}

/** A line is decided when its end is there: `-` may become `- item`, `---` or `-1`. */
function isWholeLine(source: string, offset: number): boolean {
  return source[offset - 1] === '\n' && source.indexOf('\n', offset) !== -1
}

function endsWithBlankLine(source: string, offset: number): boolean {
  if (offset < 2) return false
  const lineStart = source.lastIndexOf('\n', offset - 2) + 1
  return lineStart > 0 && source.slice(lineStart, offset).trim() === ''
}

/** Blocks whose last line is known by itself. */
function endsItself(token: Token | undefined): boolean {
  return token !== undefined && (token.type === 'hr' || interrupts(token))
}

/** Blocks that end whatever stands before them. A setext heading doesn't: its text comes first. */
function interrupts(token: Token): boolean {
  return /^ {0,3}(?:#{1,6}(?:\s|$)|```|~~~)/.test(token.raw)
    ? token.type === 'heading' || token.type === 'code'
    : false
}
