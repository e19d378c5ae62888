/** Older history, also on a line that hardly bears it. */

import { expect, test } from 'vitest'
import { decodeServerFrames, type ServerFrame } from '../protocol/index.ts'
import { altered, createWorld, phase, settle, text, texts } from './createWorld.test.ts'

/** A line so slow that the page takes long, on which nothing was heard for 12 s. */
async function loadSlowly(isWorking: boolean, bytesPerSecond: number) {
  const { join, clock, server, room } = createWorld()
  room.history(Array.from({ length: 700 }, (_, i) => ({ text: `${i} ${'y'.repeat(4_000)}` })))
  const session = join({ random: () => 0 })
  clock.advance(2_000)
  server.bandwidth(bytesPerSecond)
  if (isWorking) room.status({ state: 'working' })
  clock.advance(12_000)
  const before = session.getMessages().length
  const { dials } = server
  let outcome = 'pending'
  session.loadOlder().then(
    () => (outcome = 'loaded'),
    ({ code }) => (outcome = code),
  )
  clock.advance(29_000)
  await settle()
  return {
    session,
    clock,
    server,
    outcome: () => outcome,
    loaded: () => session.getMessages().length - before,
    dials: () => server.dials - dials,
  }
}

test.each([false, true])(
  '[F17] [F61] a page that takes nearly half a minute comes on the line it was asked on, agent working: %s',
  async (isWorking) => {
    const { session, loaded, outcome, dials } = await loadSlowly(isWorking, 8_000)
    expect([outcome(), loaded(), dials(), phase(session)]).toEqual(['loaded', 50, 0, 'live'])
  },
)

test.each([false, true])(
  '[F61] one that the line can’t bear has an end, and is not asked for again, agent working: %s',
  async (isWorking) => {
    const { session, clock, loaded, outcome, dials } = await loadSlowly(isWorking, 3_000)
    expect(outcome()).toBe('pending')
    clock.advance(2_000)
    await settle()
    expect(outcome()).toBe('timeout')
    clock.advance(300_000)
    expect([loaded(), phase(session)]).toEqual([0, 'live'])
    expect(dials()).toBeLessThan(4)
  },
)

test('[F17] [F61] a line that dies under a page is given up all the same, and the page comes on the next', async () => {
  const { session, clock, server, outcome, loaded } = await loadSlowly(false, 3_000)
  server.bandwidth(1_000_000)
  const closed = () => session.store.getState().connection.close?.reason
  server.halfOpen(true)
  clock.advance(2_000)
  await settle()
  expect([outcome(), closed()]).toEqual(['timeout', undefined])
  const older = session.loadOlder()
  clock.advance(36_000)
  expect(closed()).toBe('no answer in time')
  server.halfOpen(false)
  clock.advance(30_000)
  await older
  expect(loaded()).toBe(50)
})

test('[F17] [F61] a line that died under pages that are asked for again and again is found all the same', async () => {
  const { session, clock, server } = await loadSlowly(false, 3_000)
  server.halfOpen(true)
  const { store } = session
  const askAgain = () => void session.loadOlder().catch(() => {})
  store.subscribe(({ history }) => history.phase === 'error' && askAgain())
  clock.advance(90_000)
  expect(store.getState().connection.close?.reason).toBe('no answer in time')
  session.close()
})

test('[F62] a page that comes a second time is not taken for the next', async () => {
  const { join, clock, server, room } = createWorld({ limits: { syncMessages: 10 } })
  room.history(Array.from({ length: 30 }, (_, i) => ({ text: `${i}` })))
  const pages: ServerFrame[] = []
  const session = join({
    WebSocket: altered(server.WebSocket, (data) => {
      const frames = decodeServerFrames(data) ?? []
      const before = [...pages]
      pages.push(...frames.filter(({ type }) => type === 'page'))
      return JSON.stringify(pages.length > before.length ? [...before, ...frames] : frames)
    }),
  })
  for (let n = 0; n < 2; n++) {
    const older = session.loadOlder(10)
    clock.advance(1_000)
    await older
  }
  expect(pages).toHaveLength(2)
  expect(texts(session)).toEqual(room.messages.map(text))
})
