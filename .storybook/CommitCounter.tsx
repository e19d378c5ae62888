/**
 * A feed that counts: how often its list, rows and parts render, shown beside it.
 *
 * Counted in functions and components that the kit renders, so a built Storybook counts as
 * well, where React's profiler is off. The counter itself reads once a second and wakes nothing.
 */

import {
  FeedDay,
  FeedJump,
  FeedList,
  FeedNotice,
  FeedOlder,
  FeedRoot,
  type FeedRowProps,
  FeedUnread,
  FeedViewport,
  MessageBody,
  MessageDelivery,
  MessageEnd,
  MessageHead,
  MessageRoot,
  type PartRenderers,
  useSession,
} from '@session-kit/ui-kit'
import { memo, type ReactElement, useCallback, useEffect, useRef, useState } from 'react'

const tally = { commits: 0, list: 0, rows: 0, parts: 0 }
type Tally = typeof tally

const WORDS: [name: keyof Tally, words: string][] = [
  ['commits', 'in the last second: commits'],
  ['list', 'lists rendered'],
  ['rows', 'rows rendered'],
  ['parts', 'parts rendered'],
]
const EVERY_MS = 1_000
const NOTHING = { commits: 0, list: 0, rows: 0, parts: 0, shown: 0 }

/** What happened within the last second, once a whole one has been seen, and how many rows are in the document. */
function CommitCounter({ rowsShown }: { rowsShown: () => number }): ReactElement {
  const session = useSession()
  const [seen, setSeen] = useState<Tally & { shown: number }>(NOTHING)
  useEffect(
    () =>
      session.subscribeMessages(() => {
        tally.commits += 1
      }),
    [session],
  )
  useEffect(() => {
    let before = { ...tally }
    let hasCounted = false
    const timer = setInterval(() => {
      const { commits, list, rows, parts } = tally
      const shown = rowsShown()
      // The first second holds what came before it, too: mounting, and all that was loaded.
      if (hasCounted)
        setSeen({
          commits: commits - before.commits,
          list: list - before.list,
          rows: rows - before.rows,
          parts: parts - before.parts,
          shown,
        })
      else setSeen((zero) => ({ ...zero, shown }))
      before = { ...tally }
      hasCounted = true
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [rowsShown])
  return (
    <dl className="counter">
      {WORDS.map(([name, words]) => (
        <div key={name}>
          <dt>{words}</dt>
          <dd data-count={name}>{seen[name]}</dd>
        </div>
      ))}
      <div>
        <dt>rows in the document</dt>
        <dd data-count="shown">{seen.shown}</dd>
      </div>
    </dl>
  )
}

const count = (name: keyof Tally) => (): undefined => {
  tally[name] += 1
}
const countList = count('list')
const countRow = count('rows')

const renderers: PartRenderers = { text: ({ part }) => <CountedText text={part.text} /> }

/** Counted once committed, since StrictMode renders twice. */
function CountedText({ text }: { text: string }): ReactElement {
  useEffect(() => {
    tally.parts += 1
  }, [text])
  return (
    <div className="sk-text" dir="auto">
      {text}
    </div>
  )
}

const CountedRow = memo(function CountedRow({ messageKey, previousKey }: FeedRowProps) {
  return (
    <li className="sk-row">
      <FeedDay messageKey={messageKey} previousKey={previousKey} />
      <FeedUnread messageKey={messageKey} />
      <MessageRoot messageKey={messageKey} previousKey={previousKey} className={countRow}>
        <MessageHead />
        <MessageBody />
        <MessageEnd />
        <MessageDelivery />
      </MessageRoot>
    </li>
  )
})

const renderRow = (row: FeedRowProps) => <CountedRow {...row} />

export function CountedFeed({ virtual }: { virtual?: boolean | 'auto' }): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const rowsShown = useCallback(() => box.current?.querySelectorAll('.sk-row').length ?? 0, [])
  return (
    <div ref={box} className="counted">
      <CommitCounter rowsShown={rowsShown} />
      <FeedRoot renderers={renderers} virtual={virtual}>
        <FeedViewport>
          <FeedOlder />
          <FeedNotice />
          <FeedList className={countList}>{renderRow}</FeedList>
        </FeedViewport>
        <FeedJump />
      </FeedRoot>
    </div>
  )
}
