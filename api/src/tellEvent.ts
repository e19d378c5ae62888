/** Writes an event as one line of JSON, and hands it to the Worker's own hook. */

import { report } from './report.ts'
import type { SessionEvent } from './SessionEvent.ts'

export type EventHook = (event: SessionEvent) => void | Promise<void>

/** A hook that never settles would keep its session awake. */
const HOOK_MS = 5_000

/**
 * Settles when the hook has, or has had its time. Never rejects: whoever counts things must not
 * end a session. The hook runs by itself, not in the middle of what it is told of: it may speak to
 * the session.
 */
export async function tellEvent(event: SessionEvent, hook: EventHook): Promise<void> {
  const { type, ...fields } = event
  console.info(JSON.stringify({ event: type, ...fields }))
  await null
  let timer: number | null = null
  const late = new Promise<never>((_, reject) => {
    const message = `onEvent did not settle within ${HOOK_MS / 1_000} s and is not waited for`
    timer = setTimeout(() => reject(new Error(message)), HOOK_MS)
  })
  try {
    await Promise.race([hook(event), late])
  } catch (error) {
    report('onEvent.failed', error, event.session)
  } finally {
    clearTimeout(timer)
  }
}
