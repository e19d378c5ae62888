/** Writes an event as one line of JSON, and hands it to the Worker's own hook. */

import type { SessionEvent } from './SessionEvent.ts'

export type EventHook = (event: SessionEvent) => void | Promise<void>

/**
 * Settles when the hook has. Never rejects: whoever counts things must not end a session. The hook
 * runs by itself, not in the middle of what it is told of: it may speak to the session.
 */
export async function tellEvent(event: SessionEvent, hook?: EventHook): Promise<void> {
  const { type, ...fields } = event
  console.info(JSON.stringify({ event: type, ...fields }))
  await null
  try {
    await hook?.(event)
  } catch (error) {
    console.error(JSON.stringify({ event: 'onEvent.failed', error: String(error) }))
  }
}
