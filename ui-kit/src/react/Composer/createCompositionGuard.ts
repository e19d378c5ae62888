/**
 * Whether a key belongs to an input method that is composing.
 *
 * Four witnesses, since no browser order of events is told by one: the event's own flag,
 * the composition events, key code 229 (Safari ends the composition before the key; some
 * input methods of Windows and macOS do in Chromium), and repair when one of the first
 * two was left standing. Knows no DOM.
 */

export interface CompositionGuard {
  start(): void
  end(): void
  /** a new focus: what was seen before says nothing */
  reset(): void
  isComposing(key: { isComposing: boolean; keyCode: number }): boolean
}

export function createCompositionGuard(): CompositionGuard {
  let state: 'unknown' | 'composing' | 'ended' = 'unknown'
  return {
    start() {
      state = 'composing'
    },
    end() {
      state = 'ended'
    },
    reset() {
      state = 'unknown'
    },
    isComposing({ isComposing, keyCode }) {
      if (keyCode === 229) return true
      // The end was never told: a plain key says that it is over.
      if (state === 'composing' && !isComposing) state = 'ended'
      // The flag can stay up after the end was told.
      return isComposing && state !== 'ended'
    },
  }
}
