/**
 * The display form of Markdown that still grows: what is open at its end is closed, or held back
 * while it could become anything, so that no `**`, half link or half table flashes by.
 * Works on the source text only. It guesses, and a wrong guess lasts until the next characters:
 * the finished text never passes through here.
 */
import { closeInline } from './closeInline.ts'

/**
 * A last line that may still become a list, a rule, a heading, a fence or a table. No two
 * neighbours share a character, so that one pass decides; a number of four digits is none of these.
 */
const undecidedLine =
  /^(?:[ \t>]*>)?(?:[-*+ \t]|\d{1,3}(?!\d)[.)]?)*(?:(?:\[[ xX]?\]?|#{1,6})[ \t]*|[=_~`|:][-=_~`|: \t]*)?$/

export function closeOpenSyntax(source: string): string {
  const lineStart = source.lastIndexOf('\n') + 1
  const line = source.slice(lineStart)
  const fence = findOpenFence(source)
  if (fence) return closeFence(source, line, lineStart, fence)
  const table = closeTable(source, line, lineStart)
  if (table !== undefined) return table
  if (line !== '' && undecidedLine.test(line)) return source.slice(0, lineStart)
  return closeInline(source)
}

interface Fence {
  readonly mark: string
  /** Offset after the opening run, where the language stands. */
  readonly end: number
  readonly quoted: boolean
}

const opening = /^((?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*)(`{3,}(?=[^`]*$)|~{3,})/

function findOpenFence(source: string): Fence | undefined {
  let fence: Fence | undefined
  let lineStart = 0
  for (const line of source.split('\n')) {
    if (fence?.quoted && !/^[ \t]*>/.test(line)) fence = undefined
    if (fence) {
      const run = /^[ \t>]*(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
      if (run?.startsWith(fence.mark)) fence = undefined
    } else {
      const [whole, prefix = '', mark] = opening.exec(line) ?? []
      if (whole !== undefined && mark) {
        fence = { mark, end: lineStart + whole.length, quoted: prefix.includes('>') }
      }
    }
    lineStart += line.length + 1
  }
  return fence
}

/** The lexer closes an open fence itself; held back are a half language and a half closing line. */
function closeFence(source: string, line: string, lineStart: number, fence: Fence): string {
  if (lineStart <= fence.end) return source.slice(0, fence.end)
  const rest = line.replace(/^[ \t>]+|[ \t]+$/g, '')
  return rest !== '' && fence.mark.startsWith(rest) ? source.slice(0, lineStart - 1) : source
}

const pipeLine = /^ {0,3}\|/

/**
 * A table that begins with a pipe appears with its finished header, not before. One without can't
 * be told from text until its second line, and turns into a table then.
 */
function closeTable(source: string, line: string, lineStart: number): string | undefined {
  const before = source.slice(0, lineStart).split('\n')
  // The piece after the last line end is the line itself.
  before.pop()
  const header = before.pop() ?? ''
  const headerIsFirst = pipeLine.test(header) && !pipeLine.test(before.at(-1) ?? '')
  if (headerIsFirst && /^[ \t|:-]*$/.test(line)) {
    return `${source.slice(0, lineStart)}|${' --- |'.repeat(countCells(header))}`
  }
  if (pipeLine.test(line) && !pipeLine.test(header)) return source.slice(0, lineStart)
  return undefined
}

function countCells(row: string): number {
  const inner = row.trim().replace(/^\|/, '').replace(/\\./g, '').replace(/\|$/, '')
  return inner.split('|').length
}
