'use client'
/**
 * Markdown that may still be growing. While it grows, only the blocks behind the last safe
 * boundary are lexed and rendered again, so a token costs what the open block costs, however
 * long the text is. Knows no session.
 */
import {
  type ComponentPropsWithRef,
  memo,
  type ReactNode,
  useContext,
  useMemo,
  useState,
} from 'react'
import {
  englishMarkdownStrings,
  type MarkdownRenderers,
  type MarkdownStrings,
  type RenderOptions,
} from './MarkdownOptions.ts'
import { MarkdownWords } from './MarkdownWords.ts'
import { renderBlock } from './renderBlock.tsx'
import { type Block, createBlockSplitter } from './splitBlocks.ts'

export interface MarkdownProps extends Omit<ComponentPropsWithRef<'div'>, 'children'> {
  text: string
  /** The text still grows: what is open at its end is closed for display. Default false. */
  streaming?: boolean | undefined
  /** Added to each heading's level, so that a text never competes with the page's title. Default 2. */
  headingOffset?: number | undefined
  /**
   * Which images load: none (the default, they become links), all, or those the function allows.
   * Loading one tells its host who reads. Like every function here, keep its identity stable: a
   * new one renders all blocks again.
   */
  images?: boolean | ((url: string) => boolean) | undefined
  /** Draws finished code blocks; an open one is plain. `language` may be empty. */
  highlight?: ((code: string, language: string) => ReactNode) | undefined
  renderers?: MarkdownRenderers | undefined
  /** Over those of the `SessionProvider` (`strings.markdown`), over the English ones. */
  strings?: Partial<MarkdownStrings> | undefined
}

export function Markdown({
  text,
  streaming = false,
  headingOffset = 2,
  images = false,
  highlight,
  renderers,
  strings,
  className,
  ...rest
}: MarkdownProps) {
  const words = useContext(MarkdownWords)
  const [splitBlocks] = useState(createBlockSplitter)
  const options = useMemo<RenderOptions>(
    () => ({
      headingOffset,
      images,
      highlight,
      renderers: renderers ?? {},
      strings: { ...englishMarkdownStrings, ...words, ...strings },
    }),
    [headingOffset, images, highlight, renderers, words, strings],
  )
  const blocks = splitBlocks(text, streaming)
  const openKey = streaming ? blocks.length - 1 : -1
  return (
    <div
      className={className ? `sk-markdown ${className}` : 'sk-markdown'}
      data-streaming={streaming || undefined}
      {...rest}
    >
      {blocks.map((block) => (
        <BlockView key={block.key} block={block} options={options} open={block.key === openKey} />
      ))}
    </div>
  )
}

interface BlockViewProps {
  block: Block
  options: RenderOptions
  open: boolean
}

const BlockView = memo(function BlockView({ block, options, open }: BlockViewProps) {
  return renderBlock(block.token, options, open)
})
