/**
 * What becomes of a frame when it comes: taken, echoed, refused, or the end of its socket.
 *
 * Keeps size, speed, form and expiry (W11, W12, W16) before anything is queued. What a
 * connection is forbidden by role or order is not judged here.
 */

import {
  CLOSE,
  type ClientFrame,
  decodeClientFrame,
  HELLO_COST,
  type Limits,
  utf8Length,
} from '@session-kit/ui-kit/protocol'
import { Allowance } from './Allowance.ts'
import type { Connection } from './Connection.ts'
import { type Problem, refOf } from './errorFrame.ts'

const BAD_FRAMES = 10
const BAD_FRAMES_MS = 60_000

export type Verdict =
  | { kind: 'frame'; frame: ClientFrame }
  /** JSON that is no frame, as it came */
  | { kind: 'echo'; text: string }
  /** too fast; `cid` where the frame was to be stored */
  | { kind: 'limited'; waitMs: number; cid?: string; ref?: string }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'closed'; code: number; reason: string; problem?: Problem }

export class Gate {
  readonly #limits: Limits
  readonly #allowances = new WeakMap<Connection, Allowance>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  judge(connection: Connection, data: string | ArrayBuffer, nowMs: number): Verdict {
    connection.counts.frames += 1
    const verdict = this.#judge(connection, data, nowMs)
    if (verdict.kind !== 'frame' && verdict.kind !== 'echo') connection.counts.refused += 1
    return verdict
  }

  #judge(connection: Connection, data: string | ArrayBuffer, nowMs: number): Verdict {
    const { expiresAtMs } = connection.kept
    if (expiresAtMs !== undefined && expiresAtMs <= nowMs)
      return { kind: 'closed', code: CLOSE.unauthorized, reason: 'expired' }
    if (this.#isTooLong(data)) {
      const message = `a frame has at most ${this.#limits.frameBytes} bytes`
      const problem = { code: 'too_large', message } as const
      return { kind: 'closed', code: CLOSE.tooLarge, reason: problem.code, problem }
    }
    const decoded = decodeClientFrame(data)
    const frame = decoded.kind === 'frame' ? decoded.frame : undefined
    const allowance = this.#allowance(connection, nowMs)
    const waitMs = allowance.take(frame?.type === 'hello' ? HELLO_COST : 1, nowMs)
    if (waitMs > 0) return limited(allowance.refuse(nowMs), waitMs, frame)
    if (decoded.kind === 'bad') {
      const message = `${decoded.field || 'frame'}: ${decoded.message}`
      const ref = decoded.ref === undefined ? {} : { ref: decoded.ref }
      return this.#bad(connection, { code: 'bad_frame', message, ...ref }, nowMs)
    }
    return frame ? { kind: 'frame', frame } : { kind: 'echo', text: data as string }
  }

  /** Counted in the attachment: a minute outlasts the object's memory. */
  #bad(connection: Connection, problem: Problem, nowMs: number): Verdict {
    const recent = connection.kept.badAtMs.filter((atMs) => atMs > nowMs - BAD_FRAMES_MS)
    connection.keep({ badAtMs: [...recent, nowMs] })
    if (recent.length + 1 < BAD_FRAMES) return { kind: 'refused', problem }
    return { kind: 'closed', code: CLOSE.badFrames, reason: problem.code, problem }
  }

  #isTooLong(data: string | ArrayBuffer): boolean {
    const { frameBytes } = this.#limits
    if (typeof data !== 'string') return data.byteLength > frameBytes
    // One UTF-16 unit has one to three bytes of UTF-8: most frames need no counting.
    if (data.length * 3 <= frameBytes) return false
    return data.length > frameBytes || utf8Length(data) > frameBytes
  }

  #allowance(connection: Connection, nowMs: number): Allowance {
    const known = this.#allowances.get(connection)
    if (known) return known
    const allowance = new Allowance(this.#limits.burst, this.#limits.perSecond, nowMs)
    this.#allowances.set(connection, allowance)
    return allowance
  }
}

function limited(isFlood: boolean, waitMs: number, frame: ClientFrame | undefined): Verdict {
  if (isFlood) return { kind: 'closed', code: CLOSE.flood, reason: `rate_limited;${waitMs}` }
  const cid = frame && 'cid' in frame ? { cid: frame.cid } : {}
  return { kind: 'limited', waitMs, ...cid, ...refOf(frame) }
}
