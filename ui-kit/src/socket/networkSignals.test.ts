/** What the page says, as one subscription; and where there is no page. */

import { afterEach, expect, test, vi } from 'vitest'
import { platformSignals } from './networkSignals.ts'

afterEach(() => void vi.unstubAllGlobals())

test('where there is no window all is online and visible, and nobody is told of anything', () => {
  vi.stubGlobal('navigator', undefined)
  expect(globalThis.document).toBeUndefined()
  expect(platformSignals.isOnline()).toBe(true)
  expect(platformSignals.isVisible()).toBe(true)
  const unsubscribe = platformSignals.subscribe(() => expect.unreachable())
  unsubscribe()
})

test('a page is heard until nobody listens', () => {
  const page = new EventTarget()
  const document = { hidden: false, visibilityState: 'visible' }
  const navigator = { onLine: true }
  vi.stubGlobal('document', document)
  vi.stubGlobal('navigator', navigator)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const heard: string[] = []
  const unsubscribe = platformSignals.subscribe((event) => heard.push(event))
  const say = (type: string) => page.dispatchEvent(new Event(type))

  Object.assign(document, { hidden: true, visibilityState: 'hidden' })
  say('visibilitychange')
  expect(platformSignals.isVisible()).toBe(false)
  Object.assign(document, { hidden: false, visibilityState: 'visible' })
  say('visibilitychange')
  expect(platformSignals.isVisible()).toBe(true)
  navigator.onLine = false
  expect(platformSignals.isOnline()).toBe(false)
  for (const type of ['offline', 'online', 'pagehide', 'pageshow', 'focus']) say(type)
  expect(heard).toEqual(['hidden', 'visible', 'offline', 'online', 'pagehide', 'pageshow'])

  unsubscribe()
  unsubscribe()
  say('online')
  expect(heard).toHaveLength(6)
})
