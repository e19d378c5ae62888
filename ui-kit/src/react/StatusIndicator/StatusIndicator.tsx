'use client'
/** The status indicator, assembled. */

import type { ReactElement } from 'react'
import {
  StatusIndicatorCountdown,
  StatusIndicatorIcon,
  StatusIndicatorLabel,
  StatusIndicatorRetry,
  StatusIndicatorRoot,
  type StatusIndicatorRootProps,
} from './StatusParts.tsx'

/**
 * Says in words and in shape whether messages travel. A blip of less than 1.5 s isn’t worth a
 * word; after 5 s there are the seconds to the next attempt, and a button for now.
 */
export function StatusIndicator(props: Omit<StatusIndicatorRootProps, 'children'>): ReactElement {
  return (
    <StatusIndicatorRoot {...props}>
      <StatusIndicatorIcon />
      <StatusIndicatorLabel />
      <StatusIndicatorCountdown />
      <StatusIndicatorRetry />
    </StatusIndicatorRoot>
  )
}
