/**
 * Character references to characters, since no HTML parser stands behind this renderer. All
 * numeric ones, and the named ones that people and models write; others stay as they are.
 */

const named: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', shy: '\u00ad' },
  ...{ copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–', bull: '•' },
  ...{ lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', middot: '·' },
  ...{ times: '×', divide: '÷', plusmn: '±', minus: '−', deg: '°', micro: 'µ', infin: '∞' },
  ...{ le: '≤', ge: '≥', ne: '≠', asymp: '≈', larr: '←', uarr: '↑', rarr: '→', darr: '↓' },
  ...{ harr: '↔', euro: '€', pound: '£', yen: '¥', cent: '¢', sect: '§', para: '¶' },
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g, decode)
}

function decode(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : '\ufffd'
}
