'use client'
/** Who said it and when. It names the message, so it is there for every row; seen for the first of a group. */

import type { ReactElement } from 'react'
import { useWords } from '../hooks/useWords.ts'
import { useZone } from '../hooks/useZone.ts'
import { AuthorMark } from '../Part/AuthorMark.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useLinked } from '../Part/useLinks.ts'
import { formatTime, isoTime } from './formatTime.ts'
import { useMessageView } from './MessageContext.ts'

export function MessageHead(props: PartProps<'header'>): ReactElement {
  const { links } = useMessageView()
  return renderPart(
    'header',
    'sk-message-head',
    props,
    {},
    {
      id: useLinked(links, 'head', props.id),
      children: (
        <>
          <MessageMark />
          {/* The space keeps name and time apart where they are read out as one. */}
          <MessageAuthor /> <MessageTime />
        </>
      ),
    },
  )
}

/** A small sign of the author: initials, or the agent's. */
export function MessageMark(): ReactElement {
  const { author, role } = useMessageView().shell
  return <AuthorMark id={author.id} name={author.name} isAgent={role !== 'user'} />
}

/** The author's name, or that it is you. */
export function MessageAuthor(props: PartProps<'span'>): ReactElement {
  const { shell, isOwn } = useMessageView()
  const { strings } = useWords()
  return renderPart(
    'span',
    'sk-message-author',
    props,
    {},
    {
      dir: 'auto',
      children: isOwn ? strings.you : shell.author.name,
    },
  )
}

/** When it was said, in the reader's language and zone. */
export function MessageTime(props: PartProps<'time'>): ReactElement {
  const { createdAt } = useMessageView().shell
  const zone = useZone()
  return renderPart(
    'time',
    'sk-message-time',
    props,
    {},
    {
      dateTime: isoTime(createdAt),
      children: formatTime(createdAt, zone),
    },
  )
}
