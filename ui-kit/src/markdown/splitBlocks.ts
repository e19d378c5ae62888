/**
 * Growing Markdown to blocks, incrementally. Finished blocks are lexed once and keep their
 * identity; each step lexes only what stands after the last safe boundary. The blocks of a text
 * are the same whether it came in one piece or in a thousand.
 * A link definition may come after the text that uses it: the chunks that asked for its label
 * are lexed again, the others stay.
 */
import type { Links, Token } from 'marked'
import { closeOpenSyntax } from './closeOpenSyntax.ts'
import { findBoundary } from './findBoundary.ts'
import {
  type KnownInlines,
  type LexedChunk,
  type Link,
  lexChunk,
  noInlines,
  noLinks,
} from './lexChunk.ts'

export interface Block {
  /** Place in the text, counted from 0; the same while the block grows and after. */
  readonly key: number
  readonly token: Token
}

interface Chunk {
  readonly source: string
  readonly blocks: readonly Block[]
  readonly asked: ReadonlyMap<string, Link | undefined>
}

export interface Split {
  readonly blocks: readonly Block[]
  /** The text behind `blocks`, line ends normalised. */
  readonly text: string
  readonly streaming: boolean
  readonly finished: readonly Chunk[]
  /** Length of the finished part. */
  readonly from: number
  /** Links defined in the finished part. */
  readonly committed: Links
  /** Links that the finished part is lexed with. */
  readonly links: Links
  /** Links that the open part is lexed with. */
  readonly openLinks: Links
  /** The inline texts of the open part. */
  readonly inlines: KnownInlines
}

export const emptySplit: Split = {
  blocks: [],
  text: '',
  streaming: false,
  finished: [],
  from: 0,
  committed: noLinks,
  links: noLinks,
  openLinks: noLinks,
  inlines: noInlines,
}

/** A splitter that remembers its last step. The memory is a cache: it never changes a result. */
export function createBlockSplitter(): (text: string, streaming: boolean) => readonly Block[] {
  let split = emptySplit
  return (text, streaming) => {
    split = splitBlocks(split, text, streaming)
    return split.blocks
  }
}

/**
 * The next step. `text` usually continues `previous.text`; any other text starts over.
 * While `streaming`, syntax that is open at the end is closed for display.
 */
export function splitBlocks(previous: Split, text: string, streaming: boolean): Split {
  const source = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  if (source === previous.text && streaming === previous.streaming) return previous
  const start = source.startsWith(previous.text) ? previous : emptySplit
  const { finished, from, committed } = streaming ? commit(start, source) : start

  const tail = source.slice(from)
  const open = lexChunk(streaming ? closeOpenSyntax(tail) : tail, committed, start.inlines)
  // A definition that is still being typed is not yet worth rendering its users again.
  const links = streaming ? committed : open.links
  const settled = links === start.links ? finished : withLinks(finished, links)

  const blocks = settled.flatMap((chunk) => chunk.blocks)
  blocks.push(...toBlocks(open, blocks.length, start))
  return {
    blocks,
    text: source,
    streaming,
    finished: settled,
    from,
    committed,
    links,
    openLinks: open.links,
    inlines: open.inlines,
  }
}

/** Moves what is finished by now out of the tail. Only a new line end can finish anything. */
function commit(start: Split, source: string): Pick<Split, 'finished' | 'from' | 'committed'> {
  const { finished, from, committed } = start
  if (!source.includes('\n', start.text.length)) return start
  const length = findBoundary(source.slice(from))
  if (length === 0) return start
  const piece = source.slice(from, from + length)
  const lexed = lexChunk(piece, committed)
  const key = finished.reduce((count, chunk) => count + chunk.blocks.length, 0)
  const chunk = { source: piece, blocks: toBlocks(lexed, key, start), asked: lexed.asked }
  return { finished: [...finished, chunk], from: from + length, committed: lexed.links }
}

function withLinks(chunks: readonly Chunk[], links: Links): readonly Chunk[] {
  return chunks.map((chunk) => {
    const changed = [...chunk.asked].some(([label, link]) => !isSameLink(link, links[label]))
    if (!changed) return chunk
    const lexed = lexChunk(chunk.source, links)
    const firstKey = chunk.blocks[0]?.key ?? 0
    const blocks = lexed.tokens.map((token, index) => {
      const before = chunk.blocks[index]
      const same = before && JSON.stringify(before.token) === JSON.stringify(token)
      return same ? before : { key: firstKey + index, token }
    })
    return { source: chunk.source, blocks, asked: lexed.asked }
  })
}

function isSameLink(one: Link | undefined, other: Link | undefined): boolean {
  return one?.href === other?.href && one?.title === other?.title
}

/** A block that says the same as before, at the same place and with the same links, stays itself. */
function toBlocks(lexed: LexedChunk, firstKey: number, before: Split): Block[] {
  const known = before.openLinks === lexed.links ? before.blocks : []
  return lexed.tokens.map((token, index) => {
    const key = firstKey + index
    const block = known[key]
    return block && isSameToken(block.token, token) ? block : { key, token }
  })
}

/** A paragraph can have the same raw and another text: marked merges lines in two ways. */
function isSameToken(one: Token, other: Token): boolean {
  return one.type === other.type && one.raw === other.raw && textOf(one) === textOf(other)
}

function textOf(token: Token): string {
  return 'text' in token ? token.text : ''
}
