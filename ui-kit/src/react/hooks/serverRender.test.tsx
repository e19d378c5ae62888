/** What a server streams, on a real one: Node, without a document. The browser takes it over. */

import {
  type ComponentType,
  lazy,
  type ReactElement,
  type ReactNode,
  StrictMode,
  Suspense,
} from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test } from 'vitest'
import { commands } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import { ServerPage, type ServerPageProps } from '../../../scripts/ServerPage.tsx'
import {
  createSession,
  type InitialSession,
  type Session,
  SessionError,
} from '../../session/index.ts'
import { attachmentsOf } from './createAttachments.ts'
import { createEarlyDraft, createPending } from './pendingSession.ts'
import { SessionProvider } from './SessionProvider.tsx'
import { useComposer } from './useComposer.ts'
import { useMessage } from './useMessage.ts'
import { useMessageKeys } from './useMessageKeys.ts'
import { usePresence } from './usePresence.ts'
import { type UseSessionSocketOptions, useSessionSocket } from './useSessionSocket.ts'
import { selectConnection, useSessionState } from './useSessionState.ts'

const onServer = (sessionId: string, props: Omit<ServerPageProps, 'options'> = {}) =>
  commands.renderOnServer({ options: { url: 'http://fake', sessionId }, ...props })

function hydrate(html: string, page: ReactElement) {
  const host = document.createElement('div')
  host.innerHTML = html
  document.body.append(host)
  const mistakes: string[] = []
  const root = hydrateRoot(host, <StrictMode>{page}</StrictMode>, {
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
  const { html, errors } = await onServer(options.sessionId)
  expect(errors).toEqual([])
  expect(html).toContain('connecting')
  expect(html).toContain('Loading messages')

  const { host, mistakes } = hydrate(html, <ServerPage options={options} />)
  await shows(host, 'output', 'connected 1')
  await shows(host, '.sk-text', 'Hello')
  expect(mistakes).toEqual([])
  expect(server.dials).toBe(1)
})

test('[F82] what hydrates late, beside a session that is live, agrees with the server first', async () => {
  const { options, room, server, pass, shows } = openBench()
  room.history([{ text: 'Hello', createdAt: Date.UTC(2026, 0, 4) }])
  const { html } = await onServer(options.sessionId)
  await render(<ServerPage options={options} />)
  await pass(200)

  const { host, mistakes } = hydrate(html, <ServerPage options={options} />)
  await shows(host, '.sk-text', 'Hello')
  expect(mistakes).toEqual([])
  expect(server.dials).toBe(1)
})

/** All that reads the session, in one text: what differs from the server's is a mistake. */
function Late({ messageKey }: { messageKey: string }) {
  const row = useMessage(messageKey)?.author.name ?? 'nobody yet'
  const people = usePresence().length
  const { text, files, refusal } = useComposer()
  const { phase } = useSessionState(selectConnection)
  const rows = useMessageKeys().length
  return <q>{[row, phase, rows, people, text, files.length, refusal?.code].join()}</q>
}

test('[F82] what hydrates when its session is long live is as on the server first, by each hook', async () => {
  const { options, room, pass, shows } = openBench()
  const message = room.post('Hello', 'Ada')
  const session = createSession(options)
  onTestFinished(() => session.close())
  const page = (shown: Session) => (
    <SessionProvider session={shown}>
      <Late messageKey={message.id} />
    </SessionProvider>
  )
  const html = renderToString(page(createPending({ sessionId: '' }, createEarlyDraft())))
  expect(html).toContain('nobody yet,connecting,0,0,,0,')
  await pass(200)
  session.setDraft('typed')
  attachmentsOf(session).add([new File([], 'a.txt')], async () => ({ url: '/a.txt' }))
  attachmentsOf(session).refuse(new SessionError('uploading', 'wait'))
  const { host, mistakes } = hydrate(html, page(session))
  await shows(host, 'q', 'Ada,live,1,1,typed,1,uploading')
  expect(mistakes).toEqual([])
})

/** As `fetchSession` gives it. */
function fetched({ options: { sessionId }, room }: Bench): InitialSession {
  const { epoch, head, messages } = room
  return structuredClone({ sessionId, epoch, head, messages, hasOlder: false })
}

test('[F82] with `initial` a server shows the messages, and so does the first client render', async () => {
  const bench = openBench()
  const { options, room, server, pass, shows } = bench
  room.history([{ text: 'Hello', createdAt: Date.UTC(2026, 0, 4) }])
  const initial = fetched(bench)
  const { html, errors } = await commands.renderOnServer({
    options: { url: 'http://fake', sessionId: options.sessionId, initial },
  })
  expect(errors).toEqual([])
  expect(html).toContain('connecting<!-- --> <!-- -->1')
  expect(html).toContain('Hello')
  expect(html).not.toContain('Loading messages')

  room.post('Meanwhile')
  const { host, mistakes } = hydrate(html, <ServerPage options={{ ...options, initial }} />)
  const row = host.querySelector('.sk-message')
  const lost: number[] = []
  const watch = new MutationObserver(() => {
    if (!host.textContent?.includes('Hello')) lost.push(1)
  })
  watch.observe(host, { childList: true, subtree: true, characterData: true })
  await shows(host, 'output', 'connected 2')
  await shows(host, 'li:last-child .sk-text, .sk-row:last-child .sk-text', 'Meanwhile')
  watch.disconnect()
  expect(mistakes).toEqual([])
  expect(lost).toEqual([])
  // The very element that the server wrote is still there.
  expect(host.querySelector('.sk-message')).toBe(row)
  expect(server.dials).toBe(1)
  await pass(0)
})

test('[F82] with `initial` beside a session that is live and newer, it agrees with the server, then with the session', async () => {
  const bench = openBench()
  const { options, room, server, pass, shows } = bench
  room.history([{ text: 'Hello', createdAt: Date.UTC(2026, 0, 4) }])
  const initial = fetched(bench)
  const { html } = await commands.renderOnServer({
    options: { url: 'http://fake', sessionId: options.sessionId, initial },
  })
  room.edit(room.messages[0]?.id ?? '', [{ type: 'text', text: 'Hello again' }])
  await render(<ServerPage options={options} />)
  await pass(200)
  const { host, mistakes } = hydrate(html, <ServerPage options={{ ...options, initial }} />)
  await shows(host, '.sk-text', 'Hello again')
  expect(mistakes).toEqual([])
  expect(server.dials).toBe(1)
})

interface PageProps {
  options: UseSessionSocketOptions
  children?: ReactNode
}

const Provides = ({ options, children }: PageProps) => (
  <SessionProvider session={useSessionSocket(options).session}>{children}</SessionProvider>
)

const Status = ({ options }: PageProps) => <output>{useSessionSocket(options).status}</output>

test.each([
  ['messages', true],
  ['nothing', false],
])(
  '[F82] a boundary above the hook keeps what a server rendered, %s, until its code is there',
  async (_, hasInitial) => {
    const bench = openBench()
    const { room, pass, server, shows } = bench
    const { id } = room.post('Hello', 'Ada')
    const options = { ...bench.options, initial: hasInitial ? fetched(bench) : undefined }
    const page = (Inner: ComponentType<{ messageKey: string }>) => (
      <>
        <Status options={options} />
        <Suspense fallback="waiting">
          <Provides options={options}>
            <Inner messageKey={id} />
          </Provides>
        </Suspense>
      </>
    )
    const code = Promise.withResolvers<{ default: typeof Late }>()
    const { host, mistakes } = hydrate(renderToString(page(Late)), page(lazy(() => code.promise)))
    const row = host.querySelector('q')
    const before = hasInitial ? 'Ada,connecting,1,0,,0,' : 'nobody yet,connecting,0,0,,0,'
    await shows(host, 'output', 'connected')
    room.post('Meanwhile')
    await pass(200)
    expect(host.textContent).toBe(`connected${before}`)
    code.resolve({ default: Late })
    await shows(host, 'q', 'Ada,live,2,1,,0,')
    expect(host.querySelector('q')).toBe(row)
    expect(mistakes).toEqual([])
    expect(server.dials).toBe(1)
  },
)

test('a boundary that waits for `ready` holds up no server, and is shown when the browser has it', async () => {
  const { options, pass, shows } = openBench()
  const { html, errors } = await onServer(options.sessionId, { waits: true })
  expect(errors).toEqual([expect.stringContaining('the session has not started yet')])
  expect(html).toContain('waiting')

  const { host, mistakes } = hydrate(html, <ServerPage options={options} waits />)
  await pass(0)
  expect(host.querySelector('b')).toBe(null)
  await shows(host, 'b', 'ready')
  await shows(host, 'output', 'connected 0')
  // React tells the browser that this boundary is its own to render; nothing else differed.
  expect(mistakes).toHaveLength(1)
})
