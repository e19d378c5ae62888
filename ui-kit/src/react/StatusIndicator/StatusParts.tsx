'use client'
/**
 * The parts of the status indicator: whether messages travel, in words and in shape.
 *
 * Spoken once when the connection is lost, offline or ended, and once when it is back; the
 * seconds are for the eyes only.
 */

import {
  createContext,
  type FocusEvent,
  type ReactElement,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Session } from '../../session/Session.ts'
import { useSession } from '../hooks/useSession.ts'
import { useWords } from '../hooks/useWords.ts'
import { StatusIcon } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useBeforePaint } from '../Part/useBeforePaint.ts'
import { useRoot } from '../Part/useRoot.ts'
import type { SessionStrings } from '../SessionStrings.ts'
import { createStatusWatch } from './createStatusWatch.ts'
import type { StatusView } from './statusView.ts'

const StatusContext = createContext<StatusView | undefined>(undefined)

const useStatusView = (): StatusView =>
  useRoot(StatusContext, 'the status indicator', '<StatusIndicatorRoot>…</StatusIndicatorRoot>')

const FIRST: StatusView = { view: 'connecting' }

export interface StatusIndicatorRootProps extends PartProps<'div', StatusView> {
  /** the session's own unless given */
  clock?: Session['clock'] | undefined
}

export function StatusIndicatorRoot(props: StatusIndicatorRootProps): ReactElement {
  const { clock: given, children, ...rest } = props
  const session = useSession()
  const clock = given ?? session.clock
  const watch = useMemo(() => createStatusWatch(session, clock), [session, clock])
  const view = useSyncExternalStore(watch.subscribe, watch.get, () => FIRST)
  return (
    <StatusContext.Provider value={view}>
      {renderPart<'div', StatusView>('div', 'sk-status', rest, view, {
        // Where the focus goes when the button that had it is no longer needed.
        tabIndex: -1,
        children: (
          <>
            {children}
            <Announcement view={view} />
          </>
        ),
      })}
    </StatusContext.Provider>
  )
}

/** What can't be helped by waiting. */
const DOWN: StatusView['view'][] = ['lost', 'paused', 'ended']

function Announcement({ view: { view, reason } }: { view: StatusView }): ReactElement {
  const { strings } = useWords()
  const [said, say] = useState<StatusView['view']>()
  useEffect(() => {
    if (DOWN.includes(view)) say(view)
    else if (view === 'live') say((before) => before && view)
  }, [view])
  return (
    <span className="sk-hidden" role="status">
      {said && words(said, strings, reason)}
    </span>
  )
}

/** A shape of its own for each view; replace it by children. */
export function StatusIndicatorIcon(props: PartProps<'span', StatusView>): ReactElement {
  const view = useStatusView()
  return renderPart('span', 'sk-status-icon', props, view, {
    'aria-hidden': true,
    children: <StatusIcon view={view.view} />,
  })
}

/** Whether messages travel, in words. */
export function StatusIndicatorLabel(props: PartProps<'span', StatusView>): ReactElement {
  const view = useStatusView()
  const { strings } = useWords()
  const children = words(view.view, strings, view.reason)
  return renderPart('span', 'sk-status-label', props, view, { children })
}

function words(view: StatusView['view'], strings: SessionStrings, reason = ''): string {
  if (view === 'live') return strings.connected
  return view === 'ended' ? strings.ended(reason) : strings[view]
}

/** The seconds to the next attempt; only while the connection is lost. */
export function StatusIndicatorCountdown(
  props: PartProps<'span', StatusView>,
): ReactElement | null {
  const view = useStatusView()
  const { strings } = useWords()
  if (view.view !== 'lost') return null
  const children =
    view.retryInS === undefined ? strings.retryingNow : strings.retryIn(view.retryInS)
  return renderPart('span', 'sk-status-countdown', props, view, { children })
}

/** An attempt now; there only when it can help. */
export function StatusIndicatorRetry(props: PartProps<'button', StatusView>): ReactElement | null {
  const session = useSession()
  const view = useStatusView()
  const { strings } = useWords()
  const isShown = DOWN.includes(view.view)
  const [focus] = useState(createFocusReturn)
  useBeforePaint(() => {
    if (!isShown) focus.giveBack()
  }, [isShown, focus])
  if (!isShown) return null
  return renderPart('button', 'sk-button', props, view, {
    type: 'button',
    onClick: () => session.reconnect(),
    onFocus: focus.come,
    onBlur: focus.go,
    children: strings.retryNow,
  })
}

/** The focus of a button that goes away goes to the indicator. */
function createFocusReturn() {
  let root: HTMLElement | null = null
  return {
    come(event: FocusEvent<HTMLElement>) {
      root = event.currentTarget.closest<HTMLElement>('.sk-status')
    },
    // A button that is taken away while it has the focus gets no such event.
    go() {
      root = null
    },
    giveBack() {
      root?.focus()
      root = null
    },
  }
}
