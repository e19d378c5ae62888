import { StrictMode } from 'react'
import { beforeEach, expect, test } from 'vitest'
import { render, renderHook } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import { LINGER_MS } from './sessionRegistry.ts'
import { type UseSessionSocketOptions, useSessionSocket } from './useSessionSocket.ts'

let bench: Bench
let options: UseSessionSocketOptions

beforeEach(() => {
  bench = openBench()
  options = bench.options
})

function Status({ given = {} }: { given?: Partial<UseSessionSocketOptions> }) {
  const { status, messages } = useSessionSocket({ ...options, ...given })
  return (
    <p>
      {status} {messages.length}
    </p>
  )
}

const renders = { status: 0, messages: 0 }

function Quiet() {
  renders.status += 1
  return <p>{useSessionSocket(options).status}</p>
}

function Reading() {
  renders.messages += 1
  return <p>{useSessionSocket(options).messages.length}</p>
}

test('[F77] StrictMode mounts twice and opens one socket', async () => {
  const screen = await render(
    <StrictMode>
      <Status />
    </StrictMode>,
  )
  await bench.pass(100)
  await expect.element(screen.getByText('connected 0')).toBeVisible()
  expect(bench.server.dials).toBe(1)
})

test('[F79] two callers of one url and id share one session, and another id is another session', async () => {
  const { result: first } = await renderHook(() => useSessionSocket(options))
  const { result: second } = await renderHook(() => useSessionSocket({ ...options }))
  const { result: other } = await renderHook(() =>
    useSessionSocket({ ...options, sessionId: `${options.sessionId}-b` }),
  )
  await bench.pass(100)
  expect(first.current.session).toBe(second.current.session)
  expect(other.current.session).not.toBe(first.current.session)
  expect(bench.server.dials).toBe(2)
})

test('[F80] who logs in leaves the guest they were: another session, with the ticket', async () => {
  const ticket = () => 'not one that is known'
  const { result, rerender } = await renderHook(
    (given: Partial<UseSessionSocketOptions> = {}) => useSessionSocket({ ...options, ...given }),
    { initialProps: {} },
  )
  await bench.pass(100)
  const guest = result.current.session
  await rerender({ ticket })
  await bench.pass(100)
  const bearer = result.current.session
  expect(bearer).not.toBe(guest)
  await rerender({ ticket: () => 'another function' })
  expect(result.current.session).toBe(bearer)
  await rerender({})
  expect(result.current.session).toBe(guest)
})

test('[F81] options with new identities and renders never reconnect', async () => {
  const screen = await render(<Status />)
  for (let i = 0; i < 5; i++) {
    await bench.pass(50)
    await screen.rerender(<Status given={{ random: () => 0.5, name: `name ${i}` }} />)
  }
  expect(bench.server.dials).toBe(1)
})

test('[F79] the last holder gone, the session lingers; whoever comes in time finds it', async () => {
  const first = await render(<Status />)
  await bench.pass(100)
  await first.unmount()
  await bench.pass(LINGER_MS - 1_000)
  expect(bench.server.open).toBe(1)

  const second = await render(<Status />)
  await bench.pass(LINGER_MS * 2)
  expect(bench.server.open).toBe(1)
  expect(bench.server.dials).toBe(1)

  await second.unmount()
  await bench.pass(LINGER_MS + 100)
  expect(bench.server.open).toBe(0)

  await render(<Status />)
  await bench.pass(100)
  expect(bench.server.dials).toBe(2)
})

test('[F79] a session that was closed is shared as long as somebody holds it; who comes then gets a fresh one', async () => {
  const first = await renderHook(() => useSessionSocket(options))
  await bench.pass(100)
  const { session } = first.result.current
  session.close()
  const second = await renderHook(() => useSessionSocket(options))
  await bench.pass(100)
  expect(second.result.current.session).toBe(session)
  expect(second.result.current.status).toBe('disconnected')
  await first.unmount()
  await second.unmount()
  const { result } = await renderHook(() => useSessionSocket(options))
  await bench.pass(100)
  expect(result.current.status).toBe('connected')
  expect(result.current.session).not.toBe(session)
})

test('[F79] a `signal` of one who shares the session ends it for nobody', async () => {
  const end = new AbortController()
  const { signal } = end
  const first = await renderHook(() => useSessionSocket({ ...options, ...{ signal } }))
  const { result } = await renderHook(() => useSessionSocket(options))
  await bench.pass(100)
  await first.unmount()
  end.abort()
  await bench.pass(100)
  expect(result.current.status).toBe('connected')
  // @ts-expect-error: the options have none
  const { signal: none }: UseSessionSocketOptions = options
  expect(none).toBe(undefined)
})

test('[F80] who comes late sees the history at once', async () => {
  bench.room.history([{ text: 'said before' }])
  await render(<Status />)
  await bench.pass(100)
  const seen: number[] = []
  const { result } = await renderHook(() => {
    const { messages } = useSessionSocket(options)
    seen.push(messages.length)
    return messages
  })
  expect(result.current).toHaveLength(1)
  expect(seen[0]).toBe(1)
})

test('the messages of one render stay the same, however late one looks', async () => {
  bench.room.history([{ text: 'one' }])
  const { result } = await renderHook(() => {
    const socket = useSessionSocket(options)
    return { socket, count: socket.messages.length }
  })
  await bench.pass(100)
  const before = result.current
  expect(before.count).toBe(1)
  bench.room.post('two')
  await bench.pass(100)
  expect(result.current.count).toBe(2)
  expect(before.socket.messages).toHaveLength(1)
})

test('[F88] unmounted while it connects, it leaves no socket and no error', async () => {
  bench.server.latency({ ms: 3_000 })
  const screen = await render(<Status />)
  await bench.pass(100)
  await screen.unmount()
  await bench.pass(LINGER_MS + 10_000)
  expect(bench.server.open).toBe(0)
  expect(bench.server.dials).toBe(1)
})

test('enabled: false waits, and starts when it is true', async () => {
  const screen = await render(<Status given={{ enabled: false }} />)
  await bench.pass(100)
  expect(bench.server.dials).toBe(0)
  await expect.element(screen.getByText('connecting 0')).toBeVisible()
  await screen.rerender(<Status given={{ enabled: true }} />)
  await bench.pass(100)
  expect(bench.server.dials).toBe(1)
})

test('while it waits the id may be unknown, too', async () => {
  const { result, rerender } = await renderHook((sessionId?: string) =>
    useSessionSocket({ ...options, sessionId: sessionId as string, enabled: !!sessionId }),
  )
  expect(result.current.status).toBe('connecting')
  await rerender(options.sessionId)
  await bench.pass(100)
  expect(result.current.status).toBe('connected')
})

test('[F81] `initial` is shown while the session waits; made anew at each render it neither loops nor reconnects', async () => {
  const room = bench.server.session(options.sessionId)
  room.history([{ text: 'said before' }])
  const { sessionId } = options
  const { epoch, head, messages } = room
  const initial = () => ({ sessionId, epoch, head, messages: [...messages], hasOlder: false })
  const screen = await render(<Status given={{ enabled: false, initial: initial() }} />)
  for (let i = 0; i < 3; i++) {
    await bench.pass(50)
    await screen.rerender(<Status given={{ enabled: false, initial: initial() }} />)
    await expect.element(screen.getByText('connecting 1')).toBeVisible()
  }
  expect(bench.server.dials).toBe(0)
  for (let i = 0; i < 3; i++) {
    await screen.rerender(<Status given={{ initial: initial() }} />)
    await bench.pass(50)
  }
  await expect.element(screen.getByText('connected 1')).toBeVisible()
  expect(bench.server.dials).toBe(1)
})

test('[F16] another session id swaps the session, and the old one shows nothing any more', async () => {
  const oldId = options.sessionId
  const screen = await render(<Status />)
  await bench.pass(100)
  bench.server.session(oldId).post('for the old one')
  await bench.pass(100)
  await expect.element(screen.getByText('connected 1')).toBeVisible()
  await screen.rerender(<Status given={{ sessionId: `${oldId}-b` }} />)
  await bench.pass(100)
  bench.server.session(oldId).post('too late')
  await bench.pass(100)
  await expect.element(screen.getByText('connected 0')).toBeVisible()
})

test('before the session starts, sending throws and says why', async () => {
  const { result } = await renderHook(() => useSessionSocket({ ...options, enabled: false }))
  expect(() => result.current.send('hi')).toThrow(/has not started yet/)
})

test('[F83] a component that does not read the messages renders for no token, one that does for each commit', async () => {
  renders.status = 0
  renders.messages = 0
  await render(
    <>
      <Quiet />
      <Reading />
    </>,
  )
  await bench.pass(200)
  const before = { ...renders }
  const stream = bench.server.session(options.sessionId).stream('word '.repeat(100))
  await bench.pass(1_500)
  expect(stream.id).not.toBe('')
  expect(renders.messages - before.messages).toBeGreaterThan(10)
  // The agent's state, while it works and after, is the one thing of its own that changed.
  expect(renders.status - before.status).toBeLessThanOrEqual(2)
})
