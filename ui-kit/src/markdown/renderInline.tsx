/**
 * Inline tokens to React elements. Never makes HTML: a tag in the text is shown as text, an
 * address goes through safeUrl, an image loads nothing unless it is allowed.
 */
import type { MarkedToken, Token, Tokens } from 'marked'
import { Fragment, type ReactNode } from 'react'
import { decodeEntities } from './decodeEntities.ts'
import type { RenderOptions } from './MarkdownOptions.ts'
import { isForeignUrl, safeUrl } from './safeUrl.ts'

/** Deeper emphasis stays text: a hostile `*_*_*_…` must not overflow the stack. */
const maxDepth = 32

/** A token that is the same gives the same element, and React passes it over. */
const drawn = new WeakMap<Token, { options: RenderOptions; key: number; node: ReactNode }>()

interface Place {
  readonly inLink: boolean
  readonly depth: number
}

export function renderInline(
  tokens: readonly Token[] | undefined,
  options: RenderOptions,
  place: Place = { inLink: false, depth: 0 },
): ReactNode {
  if (place.depth > maxDepth) return tokens?.map((token) => token.raw).join('')
  const inside = { ...place, depth: place.depth + 1 }
  let key = 0
  return tokens?.map((token) => {
    key += 1
    const known = drawn.get(token)
    // The same words may stand elsewhere too, behind a box to tick.
    if (known?.options === options && known.key === key) return known.node
    const content = renderToken(token as MarkedToken, options, inside)
    const node = <Fragment key={key}>{content}</Fragment>
    drawn.set(token, { options, key, node })
    return node
  })
}

function renderToken(token: MarkedToken, options: RenderOptions, place: Place): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? renderInline(token.tokens, options, place) : decodeEntities(token.text)
    case 'escape':
      return token.text
    case 'strong':
      return <strong>{renderInline(token.tokens, options, place)}</strong>
    case 'em':
      return <em>{renderInline(token.tokens, options, place)}</em>
    case 'del':
      return <del>{renderInline(token.tokens, options, place)}</del>
    case 'codespan':
      return (
        <code className="sk-md-code" dir="ltr">
          {token.text}
        </code>
      )
    case 'br':
      return <br />
    case 'link':
      return renderLink(token, options, place)
    case 'image':
      return renderImage(token, options, place)
    case 'checkbox':
      return renderCheckbox(token, options)
    default:
      return token.raw
  }
}

export function renderCheckbox(token: Tokens.Checkbox, { strings }: RenderOptions): ReactNode {
  const label = token.checked ? strings.taskDone : strings.taskOpen
  return <input type="checkbox" disabled checked={token.checked} aria-label={label} readOnly />
}

function renderLink(token: Tokens.Link, options: RenderOptions, place: Place): ReactNode {
  const children = token.autolink
    ? token.text
    : renderInline(token.tokens, options, { ...place, inLink: true })
  const href = safeUrl(token.autolink ? token.href : decodeEntities(token.href))
  if (href === undefined || place.inLink) return children
  return drawLink(href, decodeTitle(token.title), children, options)
}

function drawLink(
  href: string,
  title: string | undefined,
  children: ReactNode,
  { renderers }: RenderOptions,
): ReactNode {
  const foreign = isForeignUrl(href)
  if (renderers.link) return renderers.link({ href, title, foreign, children })
  const target = foreign ? '_blank' : undefined
  return (
    <a href={href} title={title} target={target} rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

/** An image that may not load becomes a link to itself, so the reader decides. */
function renderImage(token: Tokens.Image, options: RenderOptions, place: Place): ReactNode {
  const src = safeUrl(decodeEntities(token.href))
  const alt = decodeEntities(plainText(token.tokens) || token.text)
  if (src === undefined) return alt
  const title = decodeTitle(token.title)
  const { images, renderers } = options
  if (typeof images === 'function' ? images(src) : images) {
    if (renderers.image) return renderers.image({ src, alt, title })
    return (
      <img
        src={src}
        alt={alt}
        title={title}
        loading="lazy"
        decoding="async"
        referrerPolicy="no-referrer"
      />
    )
  }
  return place.inLink ? alt : drawLink(src, title, alt === '' ? src : alt, options)
}

function decodeTitle(title: string | null | undefined): string | undefined {
  return title ? decodeEntities(title) : undefined
}

function plainText(tokens: readonly Token[] | undefined): string {
  const parts = tokens?.map((token) => {
    if ('tokens' in token && token.tokens) return plainText(token.tokens)
    return 'text' in token ? String(token.text) : ''
  })
  return parts?.join('') ?? ''
}
