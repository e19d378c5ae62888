/** The ground that React gives a hook: routes, roots, and boundaries that wait. */

import { Suspense } from 'react'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import { Ready } from '../../../scripts/ServerPage.tsx'
import type { SessionOptions } from '../../session/index.ts'
import { SessionProvider } from './SessionProvider.tsx'
import { useSessionSocket } from './useSessionSocket.ts'

let bench: Bench
let options: SessionOptions

beforeEach(() => {
  bench = openBench()
  options = bench.options
})

function Feed() {
  const { status, messages } = useSessionSocket(options)
  return (
    <p>
      {status} {messages.length}
    </p>
  )
}

const Home = () => <Feed />
const About = () => <Feed />

test('[F79] a route that gives way to another, at once or after a while, leaves it the socket', async () => {
  const screen = await render(<Home />)
  await bench.pass(100)
  await screen.rerender(<About />)
  await bench.pass(1_000)
  await screen.rerender(<i>a page without a session</i>)
  bench.room.post('meanwhile')
  await bench.pass(3_000)
  await screen.rerender(<Home />)
  await expect.element(screen.getByText('connected 1')).toBeVisible()
  expect(bench.server.dials).toBe(1)
})

test('[F79] roots share a session, and the one that stays keeps it', async () => {
  const container = document.body.appendChild(document.createElement('div'))
  onTestFinished(() => container.remove())
  const first = await render(<Feed />)
  await render(<Feed />, { container })
  await bench.pass(100)
  expect(first.container.textContent).toBe('connected 0')
  expect(container.textContent).toBe('connected 0')
  await first.unmount()
  await bench.pass(60_000)
  bench.room.post('one')
  await bench.shows(container, 'p', 'connected 1')
  expect(bench.server.dials).toBe(1)
})

const sibling = { isReady: false, attempts: 0, ready: Promise.withResolvers<void>() }

function Suspends() {
  sibling.attempts += 1
  if (!sibling.isReady) throw sibling.ready.promise
  return <i>here</i>
}

test('renders that React throws away hold nothing; what is shown at last opens one socket', async () => {
  const { container } = await render(
    <Suspense fallback="waiting">
      <Feed />
      <Suspends />
    </Suspense>,
  )
  await bench.pass(1_000)
  expect(sibling.attempts).toBeGreaterThan(0)
  expect(bench.server.dials).toBe(0)
  sibling.isReady = true
  sibling.ready.resolve()
  await bench.shows(container, 'p', 'connected 0')
  expect(bench.server.dials).toBe(1)
})

function Waiting() {
  return (
    <SessionProvider session={useSessionSocket(options).session}>
      <Suspense fallback={<i>waiting</i>}>
        <Ready />
      </Suspense>
    </SessionProvider>
  )
}

test('a boundary below the hook waits for `ready`, on any React', async () => {
  bench.server.latency({ ms: 300 })
  const { container } = await render(<Waiting />)
  await bench.pass(100)
  await bench.shows(container, 'i', 'waiting')
  await bench.shows(container, 'b', 'ready')
})
