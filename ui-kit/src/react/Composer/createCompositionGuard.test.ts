import { expect, test } from 'vitest'
import { createCompositionGuard } from './createCompositionGuard.ts'

type Event = 'start' | 'end' | 'focus' | { isComposing: boolean; keyCode: number }

const ENTER = 13
const IME = 229

/** The last event is the key that is judged. */
function judge(events: Event[]): boolean {
  const guard = createCompositionGuard()
  let verdict = false
  for (const event of events) {
    if (event === 'start') guard.start()
    else if (event === 'end') guard.end()
    else if (event === 'focus') guard.reset()
    else verdict = guard.isComposing(event)
  }
  return verdict
}

const key = (keyCode: number, isComposing: boolean) => ({ keyCode, isComposing })

test.each<[string, boolean, Event[]]>([
  ['plain Enter', false, ['focus', key(ENTER, false)]],
  ['Chromium and Firefox: the key comes before the end', true, ['start', key(IME, true)]],
  ['some browsers: the flag without key code 229', true, ['start', key(ENTER, true)]],
  ['Safari: the end comes before the key, only 229 tells', true, ['start', 'end', key(IME, false)]],
  [
    'Windows and macOS input methods in Chromium: the same',
    true,
    ['start', 'end', key(IME, false)],
  ],
  [
    'after the confirming Enter, the next one sends',
    false,
    ['start', key(IME, true), 'end', key(ENTER, false)],
  ],
  ['a start that nobody told', true, ['focus', key(ENTER, true)]],
  ['a flag that stays up after the end', false, ['start', 'end', key(ENTER, true)]],
  ['an end that nobody told repairs itself', false, ['start', key(ENTER, false)]],
  ['and stays repaired', false, ['start', key(65, false), key(ENTER, true)]],
  ['a new focus forgets', true, ['start', 'end', 'focus', key(ENTER, true)]],
])('%s', (_, isComposing, events) => {
  expect(judge(events)).toBe(isComposing)
})
