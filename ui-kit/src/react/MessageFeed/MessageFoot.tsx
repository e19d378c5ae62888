'use client'
/** How it went: whether one's own message was stored, and how an answer ended. */

import { type ReactElement, useCallback } from 'react'
import type { Session, SessionState } from '../../session/Session.ts'
import { useSession } from '../hooks/useSession.ts'
import { useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { ClockIcon, WarningIcon } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import type { SessionStrings } from '../SessionStrings.ts'
import { useFeed } from './FeedContext.ts'
import { type MessageShell, useMessageView } from './MessageContext.ts'

/** A retry is the same words under the same cid: these refuse it again. */
const FINAL = ['conflict', 'too_large']

/** Nothing once the server has it; retry, where it can help, and discard when it was refused. */
export function MessageDelivery(
  props: PartProps<'div', { delivery: MessageShell['delivery'] }>,
): ReactElement | null {
  const session = useSession()
  const { strings } = useWords()
  const { delivery, failure, cid } = useMessageView().shell
  if (delivery === 'stored' || cid === undefined) return null
  const isFailed = delivery === 'failed'
  return renderPart(
    'div',
    'sk-message-delivery',
    props,
    { delivery },
    {
      children: (
        <>
          {isFailed ? <WarningIcon /> : <ClockIcon />}
          <span>{isFailed ? strings.failed(failure) : strings[delivery]}</span>
          {isFailed && (
            <>
              {!FINAL.includes(failure?.code ?? '') && (
                <FootButton words={strings.retry} onPress={() => session.retry(cid)} />
              )}
              <FootButton words={strings.discard} onPress={() => session.discard(cid)} />
            </>
          )}
        </>
      ),
    },
  )
}

/** It goes away with its reason; the focus stays in the feed. */
function FootButton({ words, onPress }: { words: string; onPress: () => void }): ReactElement {
  const { keeper } = useFeed()
  return (
    <button
      type="button"
      className="sk-button"
      onClick={() => {
        keeper.getElements()?.viewport.focus({ preventScroll: true })
        onPress()
      }}
    >
      {words}
    </button>
  )
}

/** How the answer ended, in words, and another try at the last one; nothing for one that is whole. */
export function MessageEnd(
  props: PartProps<'p', { state: MessageShell['state'] }>,
): ReactElement | null {
  const { strings } = useWords()
  const { shell } = useMessageView()
  const words = endWords(shell, strings)
  if (!words) return null
  return renderPart(
    'p',
    'sk-message-end',
    props,
    { state: shell.state },
    {
      children: (
        <>
          <span>{words}</span>
          {shell.state !== 'deleted' && shell.replyTo !== undefined && <Again shell={shell} />}
        </>
      ),
    },
  )
}

function Again({ shell }: { shell: MessageShell }): ReactElement | null {
  const session = useSession()
  const { strings } = useWords()
  const { id, key } = shell
  const mayAsk = useSessionState(
    useCallback((state: SessionState) => mayAskAgain(session, state, key), [session, key]),
  )
  return mayAsk ? <FootButton words={strings.again} onPress={() => session.again(id)} /> : null
}

/** Whoever may write, while nothing is being answered, of the last answer. */
function mayAskAgain(session: Session, { you, agent, keys }: SessionState, key: string): boolean {
  if (!you || you.role === 'viewer' || agent.state === 'working') return false
  const last = keys.findLast((one) => {
    const message = session.getMessage(one)
    return message?.role === 'assistant' && message.state !== 'deleted'
  })
  return key === last
}

function endWords({ state, error }: MessageShell, strings: SessionStrings): string | undefined {
  switch (state) {
    case 'cancelled':
    case 'interrupted':
    case 'deleted':
      return strings[state]
    case 'error':
      return strings.error(error?.message ?? '')
    default:
      return undefined
  }
}
