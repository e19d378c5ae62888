/**
 * What a session stands on: time, ids, storage, the page and its tabs, given or the platform's.
 *
 * The platform is read when a session is made, never at import.
 */

import { systemClock } from '../socket/Clock.ts'
import { platformSignals } from '../socket/networkSignals.ts'
import { createId as createRandomId } from './createId.ts'
import { createOutbox } from './createOutbox.ts'
import { createTimers } from './createTimers.ts'
import { createFrameSchedule } from './frameSchedule.ts'
import { createKeep, keepPrefix } from './keep.ts'
import type { SessionOptions } from './SessionOptions.ts'

export type Ground = ReturnType<typeof createGround>

export function createGround(options: SessionOptions) {
  const {
    clock = systemClock,
    network = platformSignals,
    createId = createRandomId,
    wallClock: wallMs = Date.now,
    random = Math.random,
    schedule = createFrameSchedule(clock, network),
    storage,
    // A storage that was passed in is not what the platform's locks speak of.
    locks = storage === undefined ? globalThis.navigator?.locks : undefined,
  } = options
  const prefix = keepPrefix(options.url, options.sessionId)
  const keep = createKeep(prefix, storage)
  const tab = locks ? createId() : ''
  const outbox = createOutbox(keep, wallMs, tab)
  return {
    clock,
    network,
    schedule,
    timers: createTimers(clock),
    createId,
    random,
    wallMs,
    locks,
    prefix,
    keep,
    tab,
    outbox,
  }
}
