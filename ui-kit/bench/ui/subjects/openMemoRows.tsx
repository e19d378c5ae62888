/** What a competent developer writes by hand: an array, memo rows, and the end in a layout effect. */

import { memo, useLayoutEffect, useRef } from 'react'
import type { Message } from '../../../src/protocol/index.ts'
import { textOf } from '../../room/Dialect.ts'
import { openArray, type ShowProps } from '../page/openArray.tsx'
import type { Subject } from '../page/Subject.ts'

/** px from the end within which the list follows it */
const CLOSE = 40

const Row = memo(function Row({ message }: { message: Message }) {
  return (
    <div className={`row ${message.role}`}>
      <p>{textOf(message)}</p>
    </div>
  )
})

function List({ messages }: ShowProps) {
  const viewport = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with every change of them.
  useLayoutEffect(() => {
    const element = viewport.current
    if (element && isFollowing.current) element.scrollTop = element.scrollHeight
  }, [messages])
  return (
    <div
      ref={viewport}
      className="viewport"
      onScroll={({ currentTarget: { scrollHeight, clientHeight, scrollTop } }) => {
        isFollowing.current = scrollHeight - clientHeight - scrollTop < CLOSE
      }}
    >
      {messages.map((message) => (
        <Row key={message.id} message={message} />
      ))}
    </div>
  )
}

export const memoRows: Subject = { viewport: '.viewport', row: '.row', open: openArray(List) }
