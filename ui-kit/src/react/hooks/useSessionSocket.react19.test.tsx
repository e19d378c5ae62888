/** What only React 19 has: Activity and `use`. */

import { Activity, type ReactElement, Suspense, use, useEffect } from 'react'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import type { Session, SessionOptions } from '../../session/index.ts'
import { SessionProvider } from './SessionProvider.tsx'
import { LINGER_MS } from './sessionRegistry.ts'
import { useSession } from './useSession.ts'
import { useSessionSocket } from './useSessionSocket.ts'

let bench: Bench
let options: SessionOptions
/** what a reader could have seen, in order */
let looks: string[]
/** the session that was shown last */
let shown: Session

beforeEach(() => {
  bench = openBench()
  options = bench.options
  looks = []
})

function Feed() {
  const { status, messages, session } = useSessionSocket(options)
  useEffect(() => {
    shown = session
  })
  const look = `${status} ${messages.length}`
  if (looks.at(-1) !== look) looks.push(look)
  return <p>{look}</p>
}

type Mode = 'visible' | 'hidden'
const tab = (mode: Mode) => (
  <Activity mode={mode}>
    <Feed />
  </Activity>
)

test('[F78] effects that rerun, and a tree that is hidden for a while, keep the session', async () => {
  const screen = await render(tab('visible'))
  await bench.pass(100)
  for (const mode of ['hidden', 'visible', 'hidden', 'visible'] as const) {
    await screen.rerender(tab(mode))
    bench.room.post('meanwhile')
    await bench.pass(1_000)
  }
  await expect.element(screen.getByText('connected 4')).toBeVisible()
  expect(bench.server.dials).toBe(1)
})

test('[F78] hidden for longer than the linger, the socket goes; shown again, the feed resumes and was never empty', async () => {
  bench.room.history([{ text: 'one' }, { text: 'two' }])
  const screen = await render(tab('visible'))
  await bench.pass(100)
  expect(looks.at(-1)).toBe('connected 2')
  const held = shown

  looks = []
  await screen.rerender(tab('hidden'))
  await bench.pass(LINGER_MS + 100)
  expect(bench.server.open).toBe(0)
  // A parent that renders meanwhile doesn't empty it either.
  await screen.rerender(tab('hidden'))
  bench.room.post('three')
  await bench.pass(60_000)
  expect(bench.server.dials).toBe(1)

  await screen.rerender(tab('visible'))
  await bench.pass(200)
  expect(looks.at(-1)).toBe('connected 3')
  expect(looks.filter((look) => look.endsWith(' 0'))).toEqual([])
  expect(shown).toBe(held)
  expect(bench.server.dials).toBe(2)
  expect(bench.server.open).toBe(1)
})

test('hidden while somebody else begins anew, it joins them', async () => {
  const screen = await render(tab('visible'))
  await bench.pass(100)
  await screen.rerender(tab('hidden'))
  await bench.pass(LINGER_MS + 100)
  await render(<Feed />)
  await bench.pass(100)
  await screen.rerender(tab('visible'))
  await bench.pass(100)
  expect(bench.server.dials).toBe(2)
  expect(bench.server.open).toBe(1)
})

test('a session that the server ended is not revived: who comes back gets a fresh one', async () => {
  const screen = await render(tab('visible'))
  await bench.pass(100)
  bench.server.drop(4410)
  await bench.pass(100)
  expect(looks.at(-1)).toBe('disconnected 0')
  const ended = shown
  await screen.rerender(tab('hidden'))
  await bench.pass(LINGER_MS + 100)
  bench.room.post('made again')
  await screen.rerender(tab('visible'))
  await bench.pass(200)
  expect(looks.at(-1)).toBe('connected 1')
  expect(shown).not.toBe(ended)
})

test.each(['close', 'forget'] as const)(
  '[F24] [F78] after %s() while it is hidden a session is not revived: who comes back gets a fresh one',
  async (end) => {
    const screen = await render(tab('visible'))
    await bench.pass(100)
    const held = shown
    await screen.rerender(tab('hidden'))
    await bench.pass(LINGER_MS + 100)
    held[end]()
    await screen.rerender(tab('visible'))
    await bench.pass(200)
    expect(looks.at(-1)).toBe('connected 0')
    expect(shown).not.toBe(held)
    expect(held.store.getState().status).toBe('disconnected')
    expect(bench.server.open).toBe(1)
  },
)

function Ready() {
  use(useSession().ready)
  return <b>{useSession().getMessages().length} ready</b>
}

const boundary = () => (
  <Suspense fallback={<i>waiting</i>}>
    <Ready />
  </Suspense>
)

function Waiting({ children = boundary() }) {
  return <SessionProvider session={useSessionSocket(options).session}>{children}</SessionProvider>
}

test('`use(session.ready)` below the hook suspends until the first sync, and not after', async () => {
  bench.room.history([{ text: 'one' }])
  bench.server.latency({ ms: 300 })
  const screen = await render(<Waiting />)
  await bench.pass(200)
  await expect.element(screen.getByText('waiting')).toBeVisible()
  await bench.pass(2_000)
  await expect.element(screen.getByText('1 ready')).toBeVisible()
  bench.server.drop()
  await bench.pass(100)
  await expect.element(screen.getByText('1 ready')).toBeVisible()
  expect(bench.server.dials).toBe(1)
})

test('[F78] `use(session.ready)`: what was shown once never waits again, asleep or offline', async () => {
  const tree = (mode: Mode) => (
    <Activity mode={mode}>
      <Waiting />
    </Activity>
  )
  const screen = await render(tree('visible'))
  await bench.pass(200)
  await expect.element(screen.getByText('0 ready')).toBeVisible()
  const texts: (string | null)[] = []
  const watch = new MutationObserver(() => texts.push(screen.container.textContent))
  watch.observe(screen.container, { subtree: true, childList: true, attributes: true })
  onTestFinished(() => watch.disconnect())
  await screen.rerender(tree('hidden'))
  await bench.pass(LINGER_MS + 1_000)
  bench.server.offline(true)
  await screen.rerender(tree('hidden'))
  await bench.pass(200)
  await screen.rerender(tree('visible'))
  await expect.element(screen.getByText('0 ready')).toBeVisible()
  expect([...new Set(texts)]).toEqual(['0 ready'])
})

test('[F78] `use(session.ready)`: put to sleep before the first sync, shown again when the network is back', async () => {
  bench.room.history([{ text: 'one' }])
  bench.server.offline(true)
  const tree = (mode: Mode, child: ReactElement) => (
    <Activity mode={mode}>
      <Waiting>{child}</Waiting>
    </Activity>
  )
  const screen = await render(tree('visible', boundary()))
  await bench.pass(200)
  await expect.element(screen.getByText('waiting')).toBeVisible()
  for (const isOffline of [true, false]) {
    await screen.rerender(tree('hidden', boundary()))
    await bench.pass(LINGER_MS + 1_000)
    // It renders once more while the session sleeps, and no render above wakes it from then on.
    const asleep = boundary()
    await screen.rerender(tree('hidden', asleep))
    await bench.pass(1_000)
    bench.server.offline(isOffline)
    await screen.rerender(tree('visible', asleep))
    await bench.pass(200)
  }
  await bench.pass(2_000)
  await expect.element(screen.getByText('1 ready')).toBeVisible()
})

function Page({ needs }: { needs?: Promise<void> }) {
  if (needs) use(needs)
  return <Feed />
}

const page = (needs?: Promise<void>) => (
  <Suspense fallback={<i>waiting</i>}>
    <Page {...(needs && { needs })} />
  </Suspense>
)

test('a tree that suspends after it was shown keeps session and socket', async () => {
  const slow = Promise.withResolvers<void>()
  const screen = await render(page())
  await bench.pass(100)
  await screen.rerender(page(slow.promise))
  await bench.pass(LINGER_MS * 2)
  await expect.element(screen.getByText('waiting')).toBeVisible()
  expect(bench.server.open).toBe(1)
  bench.room.post('meanwhile')
  slow.resolve()
  await bench.pass(200)
  await expect.element(screen.getByText('connected 1')).toBeVisible()
  expect(bench.server.dials).toBe(1)
})
