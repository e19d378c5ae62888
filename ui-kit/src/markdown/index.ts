/** Streamed Markdown as React elements, without an HTML string on the way. */
export { Markdown, type MarkdownProps } from './Markdown.tsx'
export type { MarkdownRenderers, MarkdownStrings } from './MarkdownOptions.ts'
