/** Every variable of the look with what it is for, read from the style sheet itself. */

import type { ReactElement } from 'react'
import css from '../ui-kit/src/styles/tokens.css?raw'

const MEANING: Record<string, string> = {
  font: 'letters of everything but code',
  'font-mono': 'letters of code and of tool names',
  size: 'size of a message',
  'size-small': 'names, status, typing',
  'size-tiny': 'times, counts, buttons in rows',
  leading: 'line height of a message',
  'leading-small': 'line height of everything small; whole pixels',
  measure: 'widest column of messages',
  'bubble-max': 'widest bubble',
  gap: 'room at the edges',
  radius: 'corners of boxes and buttons',
  'radius-bubble': 'corners of bubbles',
  target: 'smallest height of a button; 24 px at least',
  'focus-width': 'width of the focus ring',
  duration: 'how long a change of state takes; 0 where the reader asks for less motion',
  easing: 'how it goes',
  bg: 'ground of feed and page',
  surface: 'ground of code, heads of tables, things under the pointer',
  raised: 'ground of the composer, the pill and tool cards',
  fg: 'text',
  muted: 'text that may stand back',
  border: 'lines between things',
  outline: 'edges of controls; 3:1 on the ground',
  accent: 'the one colour: send, links, the agent’s sign',
  'accent-fg': 'what stands on the accent',
  bubble: 'the reader’s own bubble',
  'bubble-fg': 'text in it',
  'bubble-other': 'other people’s bubbles',
  'bubble-border': 'edge of all bubbles',
  danger: 'failed, lost',
  warning: 'cut, reconnecting',
  'mark-bg': 'lightness and chroma of a person’s mark; the hue is the person’s own',
  'mark-fg': 'the letter in it',
  shadow: 'below the pill',
}

const valuesOf = (selector: string): Map<string, string> => {
  const start = css.indexOf(`:where(${selector}) {`)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map(
    [...block.matchAll(/--sk-([\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
}

const plain = valuesOf(':root')
const light = valuesOf(':root, [data-theme="light"]')
const dark = valuesOf('[data-theme="dark"]')

/** @throws when a variable has no explanation here */
export function TokenTable(): ReactElement {
  return (
    <table className="tokens">
      <thead>
        <tr>
          <th>Variable</th>
          <th>What it is for</th>
          <th>Light</th>
          <th>Dark</th>
        </tr>
      </thead>
      <tbody>
        {[...plain, ...light].map(([name, value]) => {
          const meaning = MEANING[name]
          if (!meaning)
            throw new Error(`--sk-${name} is explained nowhere: add it to TokenTable.tsx`)
          return (
            <tr key={name}>
              <td>
                <code>--sk-{name}</code>
              </td>
              <td>{meaning}</td>
              <Value value={value} span={light.has(name) ? 1 : 2} />
              {light.has(name) && <Value value={dark.get(name) ?? value} span={1} />}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Value({ value, span }: { value: string; span: number }): ReactElement {
  return (
    <td colSpan={span}>
      {value.startsWith('oklch') && <span className="swatch" style={{ background: value }} />}
      <code>{value}</code>
    </td>
  )
}
