/**
 * One piece of Markdown to tokens, through marked's lexer with options of its own, so that an
 * application's `marked.use` can't reach in. Knows nothing of growing text.
 */
import { Lexer, type Links, type Token, type Tokens } from 'marked'
import { BoundedTokenizer } from './BoundedTokenizer.ts'

/** Text with more runs of delimiters stays plain: marked's cost grows with their square. */
const maxDelimiterRuns = 1_000

export type Link = Links[string]

type Asked = ReadonlyMap<string, Link | undefined>

/** Inline text that was lexed before, by its source; true as long as the links are the same. */
export interface KnownInlines {
  readonly links: Links
  readonly bySource: ReadonlyMap<string, { tokens: readonly Token[]; asked: Asked }>
}

export interface LexedChunk {
  readonly tokens: readonly Token[]
  /** The links that were passed in, and after them those defined here; the first one wins. */
  readonly links: Links
  /** Every label the text asked for, with the answer: what must be lexed again when that changes. */
  readonly asked: Asked
  readonly inlines: KnownInlines
}

export const noLinks: Links = Object.freeze(Object.create(null))
export const noInlines: KnownInlines = { links: noLinks, bySource: new Map() }

function createLexer() {
  const tokenizer = new BoundedTokenizer()
  const lexer = new Lexer({ gfm: true, tokenizer })
  tokenizer.boundRules()
  return { lexer, tokenizer }
}

/** The top-level blocks only, inline text left alone: enough to find out where blocks end. */
export function lexBlockTokens(source: string): readonly Token[] {
  const { lexer } = createLexer()
  try {
    return lexer.blockTokens(source, lexer.tokens)
  } catch {
    return []
  }
}

/**
 * Never throws: a text that the lexer gives up on becomes one plain paragraph.
 *
 * @param before of the same text when it was shorter: a long list grows in its last item, and the
 *   others need not be lexed again
 */
export function lexChunk(source: string, links: Links, before = noInlines): LexedChunk {
  const { lexer, tokenizer } = createLexer()
  const asked = new Map<string, Link | undefined>()
  const bySource = new Map<string, { tokens: readonly Token[]; asked: Asked }>()
  try {
    lexer.blockTokens(source, lexer.tokens)
    const known = mergeLinks(links, lexer.tokens.links)
    for (const { src, tokens } of lexer.inlineQueue) {
      const inline =
        (before.links === known ? before.bySource : bySource).get(src) ??
        bySource.get(src) ??
        lexInline(tokenizer, src, known)
      bySource.set(src, inline)
      tokens.push(...inline.tokens)
      for (const [label, link] of inline.asked) asked.set(label, link)
    }
    const tokens = lexer.tokens.filter(isShown)
    return { tokens, links: known, asked, inlines: { links: known, bySource } }
  } catch {
    return { tokens: [plainParagraph(source)], links, asked, inlines: noInlines }
  }
}

function lexInline(tokenizer: BoundedTokenizer, source: string, links: Links) {
  if (isCostly(source)) return { tokens: [plainText(source)], asked: new Map() }
  const asked = new Map<string, Link | undefined>()
  tokenizer.lexer.tokens.links = recordAsked(links, asked)
  tokenizer.beginInline(source)
  return { tokens: tokenizer.lexer.inlineTokens(source), asked }
}

function isShown(token: Token): boolean {
  return token.type !== 'space' && token.type !== 'def'
}

function isCostly(source: string): boolean {
  let runs = 0
  for (const _ of source.matchAll(/[*_~`[]+/g)) runs += 1
  return runs > maxDelimiterRuns
}

function plainParagraph(source: string): Tokens.Paragraph {
  return { type: 'paragraph', raw: source, text: source, tokens: [plainText(source)] }
}

function plainText(source: string): Tokens.Text {
  return { type: 'text', raw: source, text: source }
}

/** The same object comes back when nothing is new, so identity tells whether links changed. */
function mergeLinks(first: Links, second: Links): Links {
  const added = Object.keys(second).filter((label) => !(label in first))
  if (added.length === 0) return first
  const merged: Links = Object.assign(Object.create(null), first)
  for (const label of added) {
    const link = second[label]
    if (link) merged[label] = link
  }
  return merged
}

/** marked asks in two ways, by property and by `Object.hasOwn`; both are noted. */
function recordAsked(links: Links, asked: Map<string, Link | undefined>): Links {
  return new Proxy(links, {
    get(target, label) {
      if (typeof label !== 'string') return undefined
      asked.set(label, target[label])
      return target[label]
    },
    getOwnPropertyDescriptor(target, label) {
      if (typeof label === 'string') asked.set(label, target[label])
      return Reflect.getOwnPropertyDescriptor(target, label)
    },
  })
}
