'use client'
/** All of it, assembled: who is here, whether messages travel, the feed and the composer. */

import type { ReactElement } from 'react'
import { Composer } from '../Composer/Composer.tsx'
import type { ComposerRootProps } from '../Composer/ComposerRoot.tsx'
import { useFileDrop } from '../Composer/useFileDrop.ts'
import { useAttach } from '../hooks/useAttach.ts'
import { MessageFeed } from '../MessageFeed/MessageFeed.tsx'
import type { PartRenderers } from '../MessageFeed/PartRenderers.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { PresenceList } from '../Presence/PresenceList.tsx'
import { TypingIndicator } from '../Presence/TypingIndicator.tsx'
import { StatusIndicator } from '../StatusIndicator/StatusIndicator.tsx'

export interface ChatState {
  /** files are held over it, and it takes them for the composer */
  dropping: boolean
}

export interface ChatProps
  extends Omit<PartProps<'div', ChatState>, 'children'>,
    Pick<ComposerRootProps, 'submitOn' | 'upload'> {
  renderers?: PartRenderers | undefined
}

/**
 * All of it in one: whether messages travel, who is here, the feed, who is typing, and the
 * composer. It fills the height that it is given, and stands in a `SessionProvider`.
 */
export function Chat({ renderers, submitOn, upload, ...props }: ChatProps): ReactElement {
  const { dropping, handlers } = useFileDrop(useAttach(upload))
  return renderPart<'div', ChatState>(
    'div',
    'sk-chat',
    props,
    { dropping },
    {
      ...handlers,
      children: (
        <>
          <header className="sk-chat-head">
            <StatusIndicator />
            <PresenceList />
          </header>
          <MessageFeed renderers={renderers} />
          <TypingIndicator />
          <Composer submitOn={submitOn} upload={upload} />
        </>
      ),
    },
  )
}
