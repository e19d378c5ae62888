/** A document without layout, as jsdom has: what it lacks is taken away from a browser. */

import { expect, onTestFinished, test, vi } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { Chat } from './Chat.tsx'

const OBSERVERS = ['IntersectionObserver', 'ResizeObserver']
const METHODS = ['checkVisibility', 'scrollIntoView', 'scrollTo'] as const

/** As test setups write it. */
class SilentObserver {
  observe() {}
  disconnect() {}
}

function takeAwayLayout(observer: unknown): void {
  for (const name of ['CSS', 'matchMedia']) vi.stubGlobal(name, undefined)
  for (const name of OBSERVERS) vi.stubGlobal(name, observer)
  const kept = METHODS.map((name) => [name, Element.prototype[name]] as const)
  for (const name of METHODS) Reflect.deleteProperty(Element.prototype, name)
  onTestFinished(() => {
    vi.unstubAllGlobals()
    for (const [name, method] of kept) Object.assign(Element.prototype, { [name]: method })
  })
}

test.each([
  ['without observers', undefined],
  ['with observers that never call', SilentObserver],
])('Chat works in a document without layout, %s', async (_, observer) => {
  takeAwayLayout(observer)
  const { options, pass, room } = openBench({ agent: () => 'At eight.' })
  room.history(Array.from({ length: 310 }, (_, at) => ({ text: `old ${at}` })))
  const session = createSession(options)
  onTestFinished(() => session.close())
  const { container } = await render(
    <SessionProvider session={session}>
      <Chat />
    </SessionProvider>,
  )
  await pass(100)
  while (session.store.getState().history.hasOlder) {
    session.loadOlder()
    await pass(100)
  }
  const articles = () => container.querySelectorAll<HTMLElement>('article')
  // More than a window is for; here all of them stay.
  await expect.poll(() => articles().length).toBe(310)
  session.send('When?')
  await pass(2_000)
  await expect.poll(() => articles()[311]?.textContent).toContain('At eight.')
  articles()[0]?.focus()
  articles()[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
  expect(document.activeElement).toBe(articles()[1])
})
