import { createSession, SessionProvider, useMessage, useMessageKeys } from '@session-kit/ui-kit'
import { createFakeServer, createManualClock } from '@session-kit/ui-kit/testing'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'

function Last() {
  const message = useMessage(useMessageKeys().at(-1))
  return <p>{message?.parts.map((part) => (part.type === 'text' ? part.text : ''))}</p>
}

test('an answer grows', () => {
  const clock = createManualClock()
  const server = createFakeServer({ clock, agent: () => 'At eight.' })
  const { WebSocket } = server
  const session = createSession({
    url: 'http://fake',
    sessionId: 'pier',
    WebSocket,
    clock,
    storage: null,
  })
  const host = document.createElement('div')
  const root = createRoot(host)
  flushSync(() =>
    root.render(
      <SessionProvider session={session}>
        <Last />
      </SessionProvider>,
    ),
  )
  session.send('When?')
  flushSync(() => clock.advance(5_000))
  expect(host.textContent).toBe('At eight.')
  root.unmount()
  session.close()
})
