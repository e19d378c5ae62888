/** A message as a screen reader should hear it: plain words, no Markdown signs, not for ever. */

import type { Part } from '../../protocol/index.ts'
import type { FeedMessage } from '../../session/Session.ts'
import type { SessionStrings } from '../SessionStrings.ts'

/** Characters of the source that are looked at: enough for what is spoken of it. */
const MAX_SOURCE = 2_000
/** Of ASCII in the characters that Unicode leaves to everybody. */
const HIDDEN_AT = 0xe000
/** Without which a text means something else; the rest of them is typography. */
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** What only people write is no Markdown and is heard as it stands. */
export function spokenText(
  { parts, role }: Pick<FeedMessage, 'parts' | 'role'>,
  strings: Pick<SessionStrings, 'announceRest' | 'file' | 'toolState'>,
  maxLength = 300,
): string {
  const source = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  const start = source.slice(0, MAX_SOURCE)
  const text = (role === 'user' ? start : withoutMarks(start)).replace(/\s+/g, ' ').trim()
  if (text === '')
    return parts
      .map((part) => nameOf(part, strings))
      .filter(Boolean)
      .join(', ')
  if (text.length <= maxLength && source.length <= MAX_SOURCE) return text
  const cut = text.slice(0, maxLength)
  const lastSpace = cut.lastIndexOf(' ')
  const whole = lastSpace > 0 ? cut.slice(0, lastSpace) : cut.replace(/[\ud800-\udbff]$/, '')
  return `${whole} … ${strings.announceRest}`
}

/**
 * Fences, rules and the marks at a line's start; then marks in pairs, around words. Signs that are
 * escaped or code are no marks: they are out of sight meanwhile.
 */
function withoutMarks(source: string): string {
  return source
    .replace(/^[ \t>]*(?:`{3,}|~{3,}|[-*_=|: \t]{3,}$).*$/gm, '')
    .replace(/\\([!-/:-@[-`{-~\n])|(`+)(?!`)(.{1,500}?)\2/g, (_, sign, _ticks, code) =>
      (sign ?? code).replace(/[!-/:-@[-`{-~]/g, (one: string) => moved(one, HIDDEN_AT)),
    )
    .replace(/^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?/gm, '')
    .replace(/^\|.*\|$/gm, (row) => row.replaceAll('|', ' '))
    .replace(/!?\[([^[\]]{0,500})\]\((?:[^()]|\([^()]{0,500}\)){0,600}\)/g, '$1')
    .replace(/(\*\*|~~|(?<!\w)__)(?=\S)(.{1,500}?\S??)(?<=\S)\1/g, '$2')
    .replace(/(?<![*\w])\*(?=[^\s*])(.{1,500}?)(?<=[^\s*])\*(?!\*)/g, '$1')
    .replace(/(?<!\w)_(?=[^\s_])(.{1,500}?)(?<=[^\s_])_(?!\w)/g, '$1')
    .replace(
      /&(?:#(\d{1,6}|[xX][\da-fA-F]{1,5})|(amp|lt|gt|quot|apos|nbsp));/g,
      (_, code, name: keyof typeof ENTITIES) =>
        code ? String.fromCodePoint(Number(`0${code}`)) : ENTITIES[name],
    )
    .replace(/[\ue021-\ue07e]/g, (one) => moved(one, -HIDDEN_AT))
}

const moved = (sign: string, by: number) => String.fromCharCode(sign.charCodeAt(0) + by)

function nameOf(part: Part, { file, toolState }: Pick<SessionStrings, 'file' | 'toolState'>) {
  if (part.type === 'file') return [file, part.name].filter(Boolean).join(' ')
  return part.type === 'tool' ? `${part.name} ${toolState(part.state)}` : ''
}
