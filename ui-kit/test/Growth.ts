/**
 * What a line has told of texts that grow, and whether its tab shows it in time.
 *
 * W6: a hole in a text is healed by a hello. Where none was said for a minute the next one waits
 * for nothing; else half a minute at most.
 */

import type { DeltaFrame } from '../src/protocol/index.ts'
import type { FeedMessage } from '../src/session/Session.ts'

/** A commit, and the turn of a timer. */
const SOON_MS = 1_500
const MOST_PATIENT_MS = 32_000
const CALM_MS = 61_000

interface Told {
  id: string
  part: number
  length: number
  atMs: number
}

export class Growth {
  #told = new Map<string, Told>()
  /** of the last hello on a live socket */
  #helloAtMs = Number.NEGATIVE_INFINITY

  heard({ id, part, from, text }: DeltaFrame, nowMs: number): void {
    const name = `${id} ${part}`
    // The first that isn't shown is the one that counts.
    if (this.#told.has(name)) return
    this.#told.set(name, { id, part, length: from + text.length, atMs: nowMs })
  }

  /** Another socket, or another log: what was told before comes anew. */
  forget(): void {
    this.#told.clear()
  }

  saidHello(nowMs: number): void {
    this.#helloAtMs = nowMs
    this.forget()
  }

  /** @returns what is not shown, and should be */
  late(
    rowOf: (id: string) => FeedMessage | undefined,
    runsSinceMs: number,
    nowMs: number,
  ): string | undefined {
    for (const [name, { id, part, length, atMs }] of this.#told) {
      const row = rowOf(id)
      const shown = row?.parts[part]
      const shownLength = shown && 'text' in shown ? shown.text.length : 0
      if ((row && row.state !== 'streaming') || shownLength >= length) {
        this.#told.delete(name)
        continue
      }
      const isCalm = atMs - this.#helloAtMs > CALM_MS
      const sinceMs = nowMs - Math.max(atMs, runsSinceMs)
      if (sinceMs > (isCalm ? SOON_MS : MOST_PATIENT_MS))
        return `${shownLength} of ${length} characters of ${name} for ${Math.round(sinceMs)} ms, and no hello`
    }
    return undefined
  }
}
