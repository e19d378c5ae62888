/**
 * One element of a component: the user's props, class, style and `render` over the kit's own.
 *
 * State reaches CSS as `data-*` attributes and the user as the argument of `className`,
 * `style` and `render`. Knows no session.
 */

import {
  type ComponentPropsWithRef,
  type CSSProperties,
  cloneElement,
  createElement,
  type JSX,
  type ReactElement,
  type Ref,
  version,
} from 'react'
import { mergeRefs } from './mergeRefs.ts'

export type PartProps<
  Tag extends keyof JSX.IntrinsicElements,
  State extends object = object,
> = Omit<ComponentPropsWithRef<Tag>, 'className' | 'style'> & {
  /** Beside the kit's own; a function is told the part's state, which is in `data-*` too. */
  className?: string | ((state: State) => string | undefined)
  /** As an object or, like `className`, by the part's state. */
  style?: CSSProperties | ((state: State) => CSSProperties | undefined)
  /** Another element in place of the default one, or a function that makes it. */
  render?: ReactElement | ((props: ComponentPropsWithRef<Tag>, state: State) => ReactElement)
}

type Bag = Record<string, unknown>

/**
 * @param name class of the element, `sk-…`
 * @param own the kit's props; a handler runs after the user's unless that prevents the default
 */
export function renderPart<Tag extends keyof JSX.IntrinsicElements, State extends object>(
  tag: Tag,
  name: string,
  props: PartProps<Tag, State>,
  state: State,
  own: ComponentPropsWithRef<Tag> = {} as ComponentPropsWithRef<Tag>,
): ReactElement {
  const { render, className, style, ...given } = props as PartProps<'div', State>
  const merged = mergeProps({ ...own, className: name } as Bag, {
    ...given,
    className: typeof className === 'function' ? className(state) : className,
    style: typeof style === 'function' ? style(state) : style,
  })
  Object.assign(merged, dataAttributes(state))
  if (typeof render === 'function') return render(merged as ComponentPropsWithRef<'div'>, state)
  if (render) {
    const ref = mergeRefs(merged.ref as Ref<unknown> | undefined, refOf(render))
    return cloneElement(render, { ...mergeProps(merged, render.props as Bag), ref } as Bag)
  }
  return createElement(tag, merged)
}

/** React 18 keeps it beside the props. */
function refOf(element: ReactElement): Ref<unknown> | undefined {
  const holder = version.startsWith('18.') ? element : element.props
  return (holder as { ref?: Ref<unknown> }).ref
}

function mergeProps(under: Bag, over: Bag): Bag {
  const merged: Bag = { ...under }
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue
    const below = merged[key]
    if (key === 'className' && below) merged[key] = `${below} ${value}`
    else if (key === 'style' && below) merged[key] = { ...below, ...value }
    else if (/^on[A-Z]/.test(key) && typeof below === 'function' && typeof value === 'function')
      merged[key] = (event: { defaultPrevented?: boolean }) => {
        value(event)
        if (!event.defaultPrevented) below(event)
      }
    else merged[key] = value
  }
  return merged
}

/** `{ atEnd: true, phase: 'live' }` becomes `data-at-end="" data-phase="live"`. */
function dataAttributes(state: object): Bag {
  const attributes: Bag = {}
  for (const [key, value] of Object.entries(state)) {
    if (value === undefined || value === false || typeof value === 'object') continue
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    attributes[`data-${name}`] = value === true ? '' : String(value)
  }
  return attributes
}
