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
