/**
 * After a refusal that allows a resend (W12): who waits for what, so that nobody overtakes.
 *
 * The server takes nothing else before the refused cid has come again or a hello was said.
 */

import type { NackFrame } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'

export interface Refusal {
  /** ms until sends may leave; Infinity: not before every answer, or a catch-up, is in */
  pauseMs(onTheWay: number): number
  /** @returns false when nothing explains it: catch up, then send again */
  refused(nack: Pick<NackFrame, 'cid' | 'waitMs'> & { code: string }): boolean
  /** The server's last word about this cid came. */
  settled(cid: string): void
  isFor(cid: string): boolean
  /** Nothing leaves before a catch-up. */
  awaitSync(): void
  synced(): void
}

const MIN_MS = 1_000
const MAX_MS = 30_000

export function createRefusal(clock: Clock): Refusal {
  let waitingFor: 'nothing' | 'answers' | 'sync' = 'nothing'
  let refusedCid: string | undefined
  let refusedWaitMs = 0
  let holdUntilMs = 0

  return {
    pauseMs(onTheWay) {
      if (waitingFor === 'answers' && onTheWay === 0) waitingFor = 'nothing'
      return waitingFor === 'nothing' ? holdUntilMs - clock.now() : Infinity
    },
    refused({ cid, code, waitMs }) {
      if (waitingFor === 'nothing') waitingFor = 'answers'
      if (code === 'order') return refusedCid !== undefined
      refusedCid ??= cid
      refusedWaitMs = Math.min(MAX_MS, Math.max(MIN_MS, refusedWaitMs * 2))
      holdUntilMs = clock.now() + (waitMs ?? refusedWaitMs)
      return true
    },
    settled(cid) {
      if (cid === refusedCid) refusedCid = undefined
      refusedWaitMs = 0
    },
    isFor: (cid) => cid === refusedCid,
    awaitSync() {
      waitingFor = 'sync'
    },
    synced() {
      waitingFor = 'nothing'
      refusedCid = undefined
    },
  }
}
