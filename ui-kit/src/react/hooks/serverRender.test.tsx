/** What a server streams, on a real one: Node, without a document. The browser takes it over. */

import type { ReactElement } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { expect, onTestFinished, test } from 'vitest'
import { commands } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { ServerPage } from '../../../scripts/ServerPage.tsx'

const onServer = (sessionId: string, waits: boolean) =>
  commands.renderOnServer({ options: { url: 'http://fake', sessionId }, waits })

function hydrate(html: string, page: ReactElement) {
  const host = document.createElement('div')
  host.innerHTML = html
  document.body.append(host)
  const mistakes: string[] = []
  const root = hydrateRoot(host, page, {
    onRecoverableError: (error) => mistakes.push(String(error)),
  })
  onTestFinished(() => {
    root.unmount()
    host.remove()
  })
  return { host, mistakes }
}

test('[F82] a server says `connecting`, without an error, and the browser hydrates without a difference', async () => {
  const { options, room, server, shows } = openBench()
  room.history([{ text: 'Hello', createdAt: Date.UTC(2026, 0, 4) }])
  const { html, errors } = await onServer(options.sessionId, false)
  expect(errors).toEqual([])
  expect(html).toContain('connecting')
  expect(html).toContain('Loading messages')

  const { host, mistakes } = hydrate(html, <ServerPage options={options} waits={false} />)
  await shows(host, 'output', 'connected 1')
  await shows(host, '.sk-text', 'Hello')
  expect(mistakes).toEqual([])
  expect(server.dials).toBe(1)
})

test('[F82] what hydrates late, beside a session that is live, agrees with the server first', async () => {
  const { options, room, server, pass, shows } = openBench()
  room.history([{ text: 'Hello', createdAt: Date.UTC(2026, 0, 4) }])
  const { html } = await onServer(options.sessionId, false)
  await render(<ServerPage options={options} waits={false} />)
  await pass(200)

  const { host, mistakes } = hydrate(html, <ServerPage options={options} waits={false} />)
  await shows(host, '.sk-text', 'Hello')
  expect(mistakes).toEqual([])
  expect(server.dials).toBe(1)
})

test('a boundary that waits for `ready` holds up no server, and is shown when the browser has it', async () => {
  const { options, pass, shows } = openBench()
  const { html, errors } = await onServer(options.sessionId, true)
  expect(errors).toEqual([expect.stringContaining('the session has not started yet')])
  expect(html).toContain('waiting')

  const { host, mistakes } = hydrate(html, <ServerPage options={options} waits={true} />)
  await pass(0)
  expect(host.querySelector('b')).toBe(null)
  await shows(host, 'b', 'ready')
  await shows(host, 'output', 'connected 0')
  // React tells the browser that this boundary is its own to render; nothing else differed.
  expect(mistakes).toHaveLength(1)
})
