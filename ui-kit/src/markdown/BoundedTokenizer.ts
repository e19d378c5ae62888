/**
 * marked's tokenizer, narrowed: where later text would change an earlier block across a blank
 * line, where nesting could exhaust the stack, and where the time grows with the square of a text
 * that nobody writes.
 */
import { Lexer, Tokenizer, type Tokens } from 'marked'

/** Deeper quotes and lists than this stay text: a hostile `>>>>…` must not overflow the stack. */
const maxNesting = 24

/** Characters that are looked through for the partners of the marks in one text. */
const maxEffort = 200_000

/** So many marks are a line that somebody drew. */
const longRun = /^(?:\*{33}|_{33})/

/** After so many lines that stand further out than the text of their item, the next is none of it. */
const maxLazy = 256

/** A definition that goes on is none: each `[` looks through the lines that follow. */
const maxDefinitionLines = 32

/** Longer addresses are shown and no links. */
const maxUrl = 2_048

/** With its scheme: 64 characters, the `@` and 255 (RFC 5321). */
const maxEmail = 327

/** A heading that is underlined is shorter. */
const maxHeading = 512

const underline = /\n {0,3}(?:=+|-+) *(?:\n|$)/

/** An e-mail address has at most 64 characters before its `@` (RFC 5321), so nobody looks further. */
const boundedText = new RegExp(Lexer.rules.inline.gfm.text.source.replaceAll('+@', '{1,64}@'))

export class BoundedTokenizer extends Tokenizer {
  #nesting = 0
  #effort = 0

  /** Narrows the rules of the lexer that this tokenizer has just been given to. */
  boundRules(): void {
    const { inline, other } = this.rules
    const nextBulletRegex = (indent: number) => boundLazy(other.nextBulletRegex(indent), indent)
    this.rules.inline = { ...inline, text: boundedText }
    this.rules.other = { ...other, nextBulletRegex }
  }

  /** Before each inline text; what stays text depends on nothing but the text. */
  beginInline(source: string): void {
    this.#effort = Math.min(maxEffort, 500 + 16 * source.length)
  }

  override emStrong(
    src: string,
    masked: string,
    before?: string,
  ): Tokens.Em | Tokens.Strong | undefined {
    if (this.#effort < 0 || longRun.test(src)) return undefined
    const mayOpen =
      /^(?:\*+[^\s*]|_+[^\s_])/.test(src) &&
      !(src[0] === '_' && /[\p{L}\p{N}]$/u.test(before ?? ''))
    const tokenize = () => super.emStrong(src, masked, before)
    return mayOpen ? this.#seek(src, tokenize) : tokenize()
  }

  override codespan(src: string): Tokens.Codespan | undefined {
    return src[0] === '`' ? this.#seek(src, () => super.codespan(src)) : undefined
  }

  override del(src: string, masked: string, before?: string): Tokens.Del | undefined {
    return src[0] === '~' ? this.#seek(src, () => super.del(src, masked, before)) : undefined
  }

  /** From each mark anew marked looks for a partner, up to the end of the text. */
  #seek<T extends { raw: string }>(src: string, tokenize: () => T | undefined): T | undefined {
    if (this.#effort < 0) return undefined
    const token = tokenize()
    this.#effort -= token?.raw.length ?? src.length
    return token
  }

  override url(src: string): Tokens.Link | undefined {
    if (!/^(?:https?|ftp|www\.)/i.test(src)) return super.url(src.slice(0, maxEmail))
    const [word = ''] = /^[^\s<]*/.exec(src.slice(0, maxUrl + 1)) ?? []
    return word.length > maxUrl ? undefined : super.url(word)
  }

  /** Where no paragraph may stand, as in an item, each line would look through all that follow. */
  override lheading(src: string): Tokens.Heading | undefined {
    const near = src.slice(0, maxHeading)
    if (!underline.test(near)) return undefined
    return super.lheading(near === src ? src : near.slice(0, near.lastIndexOf('\n') + 1))
  }

  /**
   * Where no paragraph may stand, as in an item, marked takes one line at a time and copies all
   * before it for each: lines that begin nothing else come together.
   */
  override text(src: string): Tokens.Text {
    let end = src.indexOf('\n')
    while (end !== -1 && !this.#mayBegin(src.slice(end + 1))) end = src.indexOf('\n', end + 1)
    const text = end === -1 ? src : src.slice(0, end)
    return { type: 'text', raw: text, text, tokens: this.lexer.inline(text) }
  }

  #mayBegin(src: string): boolean {
    const { newline, code, fences, heading, hr, blockquote, table } = this.rules.block
    const { listInterruptsParagraph } = this.rules.other
    return (
      [newline, code, fences, heading, hr, blockquote, table, listInterruptsParagraph].some(
        (rule) => rule.test(src),
      ) ||
      this.html(src) !== undefined ||
      this.def(src) !== undefined ||
      underline.test(src.slice(0, maxHeading))
    )
  }

  /** A title may not hold a blank line (CommonMark 4.7); marked's pattern would run on to any later quote. */
  override def(src: string): Tokens.Def | undefined {
    if (!/^ {0,3}\[/.test(src)) return undefined
    const near = src.split('\n', maxDefinitionLines).join('\n')
    const blank = near.search(/\n[ \t]*\n/)
    return super.def(blank === -1 ? near : near.slice(0, blank))
  }

  /** A closing tag that opens a block stands whole on its line (CommonMark 4.6, kind 7). */
  override html(src: string): Tokens.HTML | undefined {
    return /^ {0,3}<\/[a-z][a-z0-9-]*\s*\n\s*>/i.test(src) ? undefined : super.html(src)
  }

  /** Tags are shown as text, so an open `<a>` or `<pre>` must not change the blocks after it. */
  override tag(src: string): Tokens.Tag | undefined {
    const { inLink, inRawBlock } = this.lexer.state
    const token = super.tag(src)
    Object.assign(this.lexer.state, { inLink, inRawBlock })
    return token
  }

  override blockquote(src: string): Tokens.Blockquote | undefined {
    return this.#nested(() => super.blockquote(src))
  }

  override list(src: string): Tokens.List | undefined {
    return this.#nested(() => super.list(src))
  }

  #nested<T>(tokenize: () => T | undefined): T | undefined {
    if (this.#nesting >= maxNesting) return undefined
    this.#nesting += 1
    try {
      return tokenize()
    } finally {
      this.#nesting -= 1
    }
  }
}

/** Asked once for each line of an item. For each lazy one marked copies all of the item before it. */
function boundLazy(bullet: RegExp, indent: number): RegExp {
  let lazy = 0
  const test = (line: string) => {
    const column = line.replaceAll('\t', '    ').search(/\S/)
    if (column >= 0 && column < indent) lazy += 1
    return lazy > maxLazy || bullet.test(line)
  }
  return Object.assign(new RegExp(bullet), { test })
}
