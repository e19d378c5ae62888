/** A message as a screen reader should hear it: plain words, no Markdown signs, not for ever. */

import type { Part } from '../../protocol/index.ts'

export function spokenText(parts: readonly Part[], maxLength = 300): string {
  const text = parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join(' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`#>|~]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (text.length <= maxLength) return text
  const cut = text.slice(0, maxLength)
  const lastSpace = cut.lastIndexOf(' ')
  return `${lastSpace > 0 ? cut.slice(0, lastSpace) : cut} …`
}
