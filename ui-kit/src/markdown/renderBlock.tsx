/**
 * One block token to React elements. The outermost element that holds text decides its direction
 * by its first strong letter; code is always left to right.
 */
import type { MarkedToken, Token, Tokens } from 'marked'
import { createElement, Fragment, memo, type ReactNode } from 'react'
import { CodeBlock } from './CodeBlock.tsx'
import { decodeEntities } from './decodeEntities.ts'
import { areSame, isSameInline, isSameTree } from './isSameTree.ts'
import type { RenderOptions } from './MarkdownOptions.ts'
import { renderCheckbox, renderInline } from './renderInline.tsx'
import { TableRegion } from './TableRegion.tsx'

interface Place {
  /** The text still grows here. */
  readonly open: boolean
  /** Undefined inside an element that has decided already. */
  readonly dir: 'auto' | undefined
}

export function renderBlock(token: Token, options: RenderOptions, open: boolean): ReactNode {
  return renderToken(token as MarkedToken, options, { open, dir: 'auto' })
}

function renderBlocks(tokens: readonly Token[], options: RenderOptions, place: Place): ReactNode {
  let key = 0
  return tokens.map((token) => {
    key += 1
    return <Fragment key={key}>{renderToken(token as MarkedToken, options, place)}</Fragment>
  })
}

function renderToken(token: MarkedToken, options: RenderOptions, place: Place): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return <p dir={place.dir}>{renderInline(token.tokens, options)}</p>
    case 'text':
      return token.tokens ? renderInline(token.tokens, options) : decodeEntities(token.text)
    case 'heading': {
      const level = Math.min(6, token.depth + options.headingOffset)
      return createElement(`h${level}`, { dir: place.dir }, renderInline(token.tokens, options))
    }
    case 'code':
      return renderCode(token, options, place.open)
    case 'blockquote':
      return (
        <blockquote dir={place.dir}>
          {renderBlocks(token.tokens, options, { ...place, dir: undefined })}
        </blockquote>
      )
    case 'list':
      return renderList(token, options, place)
    case 'checkbox':
      return renderCheckbox(token, options)
    case 'table':
      return (
        <TableRegion label={options.strings.table} dir={directionOf(token.header)}>
          {renderTable(token, options)}
        </TableRegion>
      )
    case 'hr':
      return <hr />
    case 'html':
      return (
        <p className="sk-md-raw" dir={place.dir}>
          {token.text.trimEnd()}
        </p>
      )
    case 'space':
    case 'def':
      return null
    default:
      return token.raw
  }
}

function renderCode(token: Tokens.Code, options: RenderOptions, open: boolean): ReactNode {
  const language = decodeEntities(token.lang?.split(/\s/, 1)[0] ?? '')
  const code = token.text.replace(/\n$/, '')
  const { renderers, highlight, strings } = options
  if (renderers.code) return renderers.code({ code, language, open })
  return (
    <CodeBlock code={code} language={language} strings={strings}>
      {open ? code : (highlight?.(code, language) ?? code)}
    </CodeBlock>
  )
}

function renderList(token: Tokens.List, options: RenderOptions, place: Place): ReactNode {
  let key = 0
  const items = token.items.map((item) => {
    key += 1
    const open = place.open && key === token.items.length
    return <ListItem key={key} item={item} options={options} open={open} />
  })
  const start = token.start === '' || token.start === 1 ? undefined : token.start
  return token.ordered ? <ol start={start}>{items}</ol> : <ul>{items}</ul>
}

interface ListItemProps {
  item: Tokens.ListItem
  options: RenderOptions
  open: boolean
}

/** Of a long list that grows, the items that stay are not drawn again. */
const ListItem = memo(
  function ListItem({ item, options, open }: ListItemProps) {
    return (
      <li dir="auto" className={item.task ? 'sk-md-task' : undefined}>
        {renderBlocks(item.tokens, options, { open, dir: undefined })}
      </li>
    )
  },
  (before, now) =>
    before.options === now.options &&
    before.open === now.open &&
    before.item.task === now.item.task &&
    isSameTree(before.item, now.item),
)

const rightToLeft =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** The order of the columns is that of the first letter; `auto` would not look into the cells. */
function directionOf(head: readonly Tokens.TableCell[]): 'rtl' | 'ltr' | undefined {
  const [letter] = /\p{L}/u.exec(head.map(({ text }) => text).join()) ?? []
  if (letter === undefined) return undefined
  return rightToLeft.test(letter) ? 'rtl' : 'ltr'
}

function renderTable(token: Tokens.Table, options: RenderOptions): ReactNode {
  let key = 0
  const body = token.rows.map((row) => {
    key += 1
    return <TableRow key={key} row={row} options={options} />
  })
  return (
    <table>
      <thead>
        <TableRow row={token.header} options={options} />
      </thead>
      {body.length > 0 && <tbody>{body}</tbody>}
    </table>
  )
}

interface TableRowProps {
  row: readonly Tokens.TableCell[]
  options: RenderOptions
}

const TableRow = memo(
  function TableRow({ row, options }: TableRowProps) {
    return <tr>{renderCells(row, options)}</tr>
  },
  (before, now) =>
    before.options === now.options &&
    areSame(
      before.row,
      now.row,
      (one, other) => one.align === other.align && isSameInline(one.tokens, other.tokens),
    ),
)

function renderCells(row: readonly Tokens.TableCell[], options: RenderOptions): ReactNode {
  let key = 0
  return row.map((cell) => {
    key += 1
    const children = renderInline(cell.tokens, options)
    const style = cell.align ? { textAlign: cell.align } : undefined
    return createElement(cell.header ? 'th' : 'td', { key, dir: 'auto', style }, children)
  })
}
