import { afterEach, expect, test, vi } from 'vitest'
import { tell } from './tell.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const mine = new Error('mine')
const bad = () => {
  throw mine
}

test('[F71] what a listener throws is reported as uncaught, and the others hear', () => {
  const reportError = vi.fn()
  vi.stubGlobal('reportError', reportError)
  const heard: number[] = []
  tell([bad, (n: number) => heard.push(n), bad], 7)
  expect(heard).toEqual([7])
  expect(reportError.mock.calls).toEqual([[mine], [mine]])
})

test('[F71] where nothing can be reported, it goes to the console', () => {
  vi.stubGlobal('reportError', undefined)
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  tell([bad])
  expect(error.mock.calls).toEqual([['session-kit: a listener threw', mine]])
})
