/**
 * How long to wait before dialling again.
 *
 * Pure arithmetic. The whole wait up to the cap is drawn, and drawn after the cap:
 * a deploy drops every line in the same instant, and neither the first retry nor
 * those of a long outage may bring all clients back together. So the first wait grows
 * with the number of those who are dropped together, where that is known.
 */

import { PER_LINE_MS } from './timing.ts'

export interface Backoff {
  /** ms; the first wait is drawn below it, every further cap is twice the one before */
  baseMs: number
  /** ms; no wait is shorter */
  floorMs: number
  /** ms; no wait is longer */
  maxMs: number
}

export const DEFAULT_BACKOFF: Backoff = { baseMs: 1_000, floorMs: 100, maxMs: 30_000 }

/**
 * @param retry 0 for the first; @param draw from 0 to below 1
 * @param crowd how many lines the same server may lose at one moment, this one included
 */
export function backoffMs(
  retry: number,
  draw: number,
  { baseMs, floorMs, maxMs }: Backoff,
  crowd: number,
) {
  // Who doesn't know how many they are (`NaN`) counts as alone.
  const roundMs = Math.max(baseMs, crowd * PER_LINE_MS || 0)
  // The exponent is held: after hours without a server 2 ** retry would become Infinity.
  const capMs = Math.min(maxMs, roundMs * 2 ** Math.min(retry, 16))
  return floorMs + draw * Math.max(0, capMs - floorMs)
}
