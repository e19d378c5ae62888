/** The few drawings of the kit; in the colour of the text, so forced colours keep them. */

import type { ReactElement } from 'react'

function Icon({ path }: { path: string }): ReactElement {
  return (
    <svg
      className="sk-icon"
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  )
}

export const DownIcon = () => <Icon path="M8 3v10M3.5 8.5 8 13l4.5-4.5" />
export const SendIcon = () => <Icon path="M8 13V3M3.5 7.5 8 3l4.5 4.5" />
export const StopIcon = () => <Icon path="M4.5 4.5h7v7h-7z" />
export const WarningIcon = () => <Icon path="M8 2.5 14.5 13.5h-13zM8 6.5v3M8 11.6v.1" />
export const ClockIcon = () => (
  <Icon path="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2 1.3" />
)
export const AttachIcon = () => <Icon path="M8 3v10M3 8h10" />
export const RemoveIcon = () => <Icon path="M4.5 4.5l7 7M11.5 4.5l-7 7" />
export const RetryIcon = () => <Icon path="M12.8 9.5A5 5 0 1 1 12.2 5M12.4 2.2V5H9.6" />
export const FileIcon = () => <Icon path="M4 2.5h5L12.5 6v7.5h-8.5zM8.8 2.7v3.5h3.5" />
export const ToolIcon = ({ state }: { state: keyof typeof TOOL_PATHS }) => (
  <Icon path={TOOL_PATHS[state]} />
)
export const StatusIcon = ({ view }: { view: keyof typeof STATUS_PATHS }) => (
  <Icon path={STATUS_PATHS[view]} />
)

const TURNING =
  'M13.2 8A5.2 5.2 0 0 1 3.9 11.2M2.8 8A5.2 5.2 0 0 1 12.1 4.8M12.3 2v3h-3M3.7 14v-3h3'

/** Told apart by their shape alone. */
const STATUS_PATHS = {
  live: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  connecting: TURNING,
  reconnecting: TURNING,
  paused: 'M5.5 4v8M10.5 4v8',
  lost: 'M8 2.5 14.5 13.5h-13zM8 6.5v3M8 11.6v.1',
  ended: 'M4 4l8 8M12 4l-8 8',
}

const TOOL_PATHS = {
  input: 'M3 8h.1M8 8h.1M13 8h.1',
  running: TURNING,
  done: 'M3 8.5 6.5 12 13 4.5',
  error: STATUS_PATHS.ended,
}

/** Somebody is at it. */
export function Dots(): ReactElement {
  return (
    <svg
      className="sk-dots"
      width="20"
      height="8"
      viewBox="0 0 20 8"
      aria-hidden="true"
      focusable="false"
    >
      <circle cx="3" cy="4" r="2.2" />
      <circle cx="10" cy="4" r="2.2" />
      <circle cx="17" cy="4" r="2.2" />
    </svg>
  )
}
