/** Writes an event as one line of JSON, and hands it to the Worker's own hook. */

import type { SessionEvent } from './SessionEvent.ts'

/** Never throws: whoever counts things must not end a session. */
export function tellEvent(event: SessionEvent, hook?: (event: SessionEvent) => void): void {
  const { type, ...fields } = event
  console.info(JSON.stringify({ event: type, ...fields }))
  try {
    hook?.(event)
  } catch (error) {
    console.error(JSON.stringify({ event: 'onEvent.failed', error: String(error) }))
  }
}
