/**
 * What an application may decide about rendered Markdown. Types and English defaults only.
 */
import type { ReactNode } from 'react'

/** Every word that the renderer says by itself. */
export interface MarkdownStrings {
  copy: string
  copied: string
  copyFailed: string
  /** Name of a code block that scrolls; `language` is empty when the text names none. */
  code(language: string): string
  /** Name of a table that scrolls. */
  table: string
  taskDone: string
  taskOpen: string
}

export const englishMarkdownStrings: MarkdownStrings = {
  copy: 'Copy code',
  copied: 'Copied',
  copyFailed: 'Copying failed',
  code: (language) => (language === '' ? 'Code' : `Code, ${language}`),
  table: 'Table',
  taskDone: 'Done',
  taskOpen: 'To do',
}

/** Replaces how one kind of element is drawn. Addresses that arrive here have been checked. */
export interface MarkdownRenderers {
  /** `open`: the text still grows and the block may not be whole. */
  code?(props: { code: string; language: string; open: boolean }): ReactNode
  /** `foreign`: leads to another site. */
  link?(props: {
    href: string
    title: string | undefined
    foreign: boolean
    children: ReactNode
  }): ReactNode
  /** Called for allowed images only. */
  image?(props: { src: string; alt: string; title: string | undefined }): ReactNode
}

export interface RenderOptions {
  readonly headingOffset: number
  readonly images: boolean | ((url: string) => boolean)
  readonly highlight: ((code: string, language: string) => ReactNode) | undefined
  readonly renderers: MarkdownRenderers
  readonly strings: MarkdownStrings
}
