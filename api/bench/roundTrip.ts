/** Sends one message and waits until it comes back to its sender. */

import { framesOf, type Line } from './Line.ts'
import type { Target } from './targets.ts'

let sent = 0

/** ms */
export function roundTrip(target: Target, line: Line): Promise<number> {
  const n = sent++
  const text = `round trip ${n}`
  return new Promise((resolve) => {
    const startMs = performance.now()
    line.onData = (data) => {
      const atMs = performance.now()
      if (
        framesOf(JSON.parse(`${data}`))
          .flatMap(target.texts)
          .includes(text)
      )
        resolve(atMs - startMs)
    }
    line.send(target.message(n, text))
  })
}
