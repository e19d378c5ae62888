/**
 * React's own warnings fail the test that caused them: updates on what is unmounted, snapshots
 * that change by themselves, hydration that differs, props that no element knows.
 */

import { afterEach, beforeEach, expect, vi } from 'vitest'

/** Tests that expect a throw see it logged; the browser has a document, so it is no server. */
const EXPECTED =
  /The above error occurred|^Error: Uncaught|useLayoutEffect does nothing on the server/

let warnings: string[] = []

beforeEach(() => {
  warnings = []
  const { error } = console
  vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => {
    const text = words.map(String).join(' ')
    if (EXPECTED.test(text)) return
    warnings.push(text)
    error(...words)
  })
})

afterEach(() => {
  vi.mocked(console.error).mockRestore()
  expect(warnings).toEqual([])
})
