/** What was typed is never lost: over sessions, reloads, a late start and a failed send. */

import { useEffect } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createStorage } from '../../../test/createStorage.ts'
import { createSession, type Session, type SessionOptions } from '../../session/index.ts'
import { attachmentsOf } from '../hooks/createAttachments.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { LINGER_MS } from '../hooks/sessionRegistry.ts'
import { useComposer } from '../hooks/useComposer.ts'
import { type UseSessionSocketOptions, useSessionSocket } from '../hooks/useSessionSocket.ts'
import { Composer } from './Composer.tsx'

const page = (session: Session) => (
  <SessionProvider session={session}>
    <Composer />
  </SessionProvider>
)

const fieldIn = (container: Element) => container.querySelector('textarea') as HTMLTextAreaElement

function open(options: SessionOptions): Session {
  const session = createSession(options)
  onTestFinished(() => session.close())
  return session
}

/** A session that keeps its draft, and the same one after a reload. */
function openKept() {
  const bench = openBench()
  const storage = createStorage(new Map())
  return { ...bench, open: () => open({ ...bench.options, storage }) }
}

test('each session has its own draft, which is there again when one comes back', async () => {
  const [one, two] = [open(openBench().options), open(openBench().options)]
  const screen = await render(page(one))
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'for the first')
  await screen.rerender(page(two))
  await expect.poll(() => input.value).toBe('')
  await userEvent.fill(input, 'for the second')
  await screen.rerender(page(one))
  await expect.poll(() => input.value).toBe('for the first')
  await screen.rerender(page(two))
  await expect.poll(() => input.value).toBe('for the second')
  expect([one.getDraft(), two.getDraft()]).toEqual(['for the first', 'for the second'])
})

test('a draft survives a reload', async () => {
  const { open: openAgain } = openKept()
  const before = openAgain()
  const screen = await render(page(before))
  await userEvent.fill(fieldIn(screen.container), 'half a thou')
  await screen.unmount()
  before.close()
  const again = await render(page(openAgain()))
  await expect.poll(() => fieldIn(again.container).value).toBe('half a thou')
})

interface LateProps {
  options: UseSessionSocketOptions
  onSession?: (session: Session) => void
}

/** As an application has it: the session comes later, and a suggestion writes the same message. */
function Late({ options, onSession }: LateProps) {
  const { session } = useSessionSocket(options)
  useEffect(() => onSession?.(session), [session, onSession])
  return (
    <SessionProvider session={session}>
      <Composer />
      <Suggestion />
    </SessionProvider>
  )
}

function Suggestion() {
  const { text, setText, send } = useComposer()
  return (
    <p>
      <output>{text}</output>
      <button type="button" onClick={() => setText(`${text}, please`)}>
        polite
      </button>
      <button type="button" onClick={send}>
        away with it
      </button>
    </p>
  )
}

test('before the session comes all write one text, a send says why not, and nothing is lost', async () => {
  const { options, pass } = openBench()
  const storage = createStorage(new Map())
  const late = (enabled: boolean, initial?: SessionOptions['initial']) => (
    <Late options={{ ...options, storage, initial, enabled }} />
  )
  const screen = await render(late(false))
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'too early')
  await screen.getByRole('button', { name: 'polite' }).click()
  expect(input.value).toBe('too early, please')
  await screen.getByRole('button', { name: 'away with it' }).click()
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('Not sent: there is no connection yet')
  expect(input.value).toBe('too early, please')
  // An object of its own at each render.
  const { sessionId } = options
  const initial = { sessionId, epoch: null, head: 0, messages: [], hasOlder: false }
  await screen.rerender(late(false, initial))
  expect(input.value).toBe('too early, please')
  await screen.rerender(late(true, { ...initial }))
  await pass(50)
  expect(input.value).toBe('too early, please')
  expect(screen.container.querySelector('output')?.textContent).toBe('too early, please')
  expect(screen.container.querySelector('[role=alert]')).toBeNull()
  expect(open({ ...options, storage }).getDraft()).toBe('too early, please')
})

/** The hook with other options each time, and what the field shows then. */
async function renderLate(first: UseSessionSocketOptions) {
  const sessions: Session[] = []
  const onSession = (session: Session) => void sessions.push(session)
  const tree = (options: UseSessionSocketOptions) => <Late {...{ options, onSession }} />
  const screen = await render(tree(first))
  const field = fieldIn(screen.container)
  return {
    field,
    session: () => sessions.at(-1) as Session,
    type: (text: string) => userEvent.type(field, text),
    show: (options: UseSessionSocketOptions) => screen.rerender(tree(options)),
    shows: (text: string) => expect.poll(() => field.value).toBe(text),
  }
}

const off = (options: SessionOptions) => ({ ...options, enabled: false })

test('what was typed before the session came goes into one session, and no other', async () => {
  const [one, two] = [openBench().options, openBench().options]
  const { type, show, shows, session } = await renderLate(off(one))
  await type('for the first')
  await show(one)
  await expect.poll(() => session().getDraft()).toBe('for the first')
  const first = session()
  await show(off(two))
  await shows('')
  await show(two)
  await expect.poll(() => session().sessionId).toBe(two.sessionId)
  await shows('')
  expect([first, session()].map((each) => each.getDraft())).toEqual(['for the first', ''])
})

test('what was typed before its session came waits for that one while others are shown', async () => {
  const ada = { ...openBench().options, ticket: async () => 'ada', userId: 'ada' }
  const others = [openBench().options, { ...ada, userId: 'bob' }, { ...ada, url: 'http://other' }]
  const { type, show, shows, session } = await renderLate(off(ada))
  await type('between us')
  for (const other of others) {
    await show(off(other))
    await shows('')
    await show(other)
    await expect.poll(() => session().sessionId).toBe(other.sessionId)
    await shows('')
  }
  await show(off(ada))
  await shows('between us')
  await show(ada)
  await expect.poll(() => session().getDraft()).toBe('between us')
})

test('what was typed before it was known by whom and where goes to the first, and no further', async () => {
  const guest = openBench().options
  const ada = { ...guest, ticket: async () => 'ada', userId: 'ada' }
  const { type, show, shows, session } = await renderLate(off({ ...guest, sessionId: '' }))
  await type('whoever')
  await show(off(guest))
  await shows('whoever')
  await show(off(ada))
  await shows('whoever')
  for (const other of [guest, { ...guest, sessionId: '' }, { ...ada, userId: 'bob' }]) {
    await show(off(other))
    await shows('')
  }
  await show(ada)
  await expect.poll(() => session().getDraft()).toBe('whoever')
})

test('what is typed early comes behind what stood there', async () => {
  const { options, pass } = openBench()
  const storage = createStorage(new Map())
  const kept = createSession({ ...options, storage })
  kept.setDraft('an hour’s work')
  kept.close()
  const { type, show, shows } = await renderLate(off({ ...options, storage }))
  await type('x')
  await show({ ...options, storage })
  await shows('an hour’s work\nx')
  await pass(50)
  expect(open({ ...options, storage }).getDraft()).toBe('an hour’s work\nx')
})

test('a session that is left with `enabled` keeps its draft in the field', async () => {
  const { options, pass } = openBench()
  const { type, show, shows, session } = await renderLate(options)
  await pass(50)
  await type('an hour’s work')
  // Also when it has fallen asleep meanwhile.
  for (const [time, text] of [
    [0, 'an hour’s work, x'],
    [LINGER_MS + 1, 'an hour’s work, x, x'],
  ] as const) {
    await show(off(options))
    await pass(time)
    await type(', x')
    await shows(text)
    await show(options)
    await pass(50)
    await shows(text)
    expect(session().getDraft()).toBe(text)
  }
})

test('what is typed while waiting stays when the session that somebody left is let go', async () => {
  const { options, pass } = openBench()
  const before = await render(<Late options={options} />)
  await pass(100)
  await before.unmount()
  const { type, show, shows } = await renderLate(off(options))
  await type('half a thou')
  await pass(LINGER_MS + 100)
  await show(off(options))
  await pass(50)
  await shows('half a thou')
  await type('ght')
  await show(options)
  await pass(100)
  await shows('half a thought')
})

test.each(['close', 'forget'] as const)(
  'what is typed while waiting, after `%s`, goes into the next session',
  async (how) => {
    const { options, pass } = openBench()
    const { type, show, shows, session } = await renderLate(options)
    await pass(100)
    session()[how]()
    await show(off(options))
    await pass(50)
    await type('half')
    await show(options)
    await pass(100)
    await shows('half')
    expect(session().getDraft()).toBe('half')
  },
)

test('what is typed early is not hidden when somebody else opens the session', async () => {
  const { options } = openBench()
  const { type, shows } = await renderLate(off(options))
  await type('mine')
  const other = await renderLate(options)
  await shows('mine')
  await other.shows('mine')
  await type(', too')
  await other.shows('mine, too')
})

test('what was typed into the server’s page goes into the session that comes then', async () => {
  const { options, pass } = openBench()
  const host = document.createElement('div')
  host.innerHTML = renderToString(<Late options={options} />)
  document.body.append(host)
  fieldIn(host).value = 'before React'
  const root = hydrateRoot(host, <Late options={options} />)
  onTestFinished(() => {
    root.unmount()
    host.remove()
  })
  await pass(100)
  await expect.poll(() => host.querySelector('output')?.textContent).toBe('before React')
  expect(fieldIn(host).value).toBe('before React')
})

test('who leaves while another still writes ends no typing; the last one does', async () => {
  const { options, pass, server } = openBench()
  const session = open(options)
  const told: unknown[] = []
  server.onFrame(({ direction, data }) => {
    const frame = direction === 'toServer' ? JSON.parse(data as string) : {}
    if (frame.type === 'presence') told.push(frame.state)
  })
  const tree = (hasSuggestion: boolean, hasField = true) => (
    <SessionProvider session={session}>
      {hasField && <Composer />}
      {hasSuggestion && <Suggestion />}
    </SessionProvider>
  )
  const screen = await render(tree(true))
  await pass(100)
  await userEvent.fill(fieldIn(screen.container), 'and')
  await screen.rerender(tree(false))
  await pass(50)
  expect(told).toEqual([{ typing: true }])
  await screen.rerender(tree(false, false))
  await pass(50)
  expect(told).toEqual([{ typing: true }, {}])
})

test('what was typed into the server’s page before it came alive stays', async () => {
  const session = open(openBench().options)
  const tree = (composerPlaceholder: string) => (
    <SessionProvider session={session} strings={{ composerPlaceholder }}>
      <Composer />
    </SessionProvider>
  )
  const host = document.createElement('div')
  host.innerHTML = renderToString(tree('asleep'))
  document.body.append(host)
  const input = fieldIn(host)
  input.value = 'before React'
  const root = hydrateRoot(host, tree('asleep'))
  onTestFinished(() => {
    root.unmount()
    host.remove()
  })
  await expect.poll(() => session.getDraft()).toBe('before React')
  root.render(tree('awake'))
  await expect.poll(() => input.placeholder).toBe('awake')
  expect(input.value).toBe('before React')
})

test('a log-out empties the field', async () => {
  const { open: openAgain, pass } = openKept()
  const session = openAgain()
  const screen = await render(page(session))
  await pass(100)
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'a secret')
  session.forget()
  await expect.poll(() => input.value).toBe('')
  expect(openAgain().getDraft()).toBe('')
})

test('a log-out empties the field of a session that has ended, too, and its files go', async () => {
  const { open: openAgain, pass } = openKept()
  const session = openAgain()
  const screen = await render(page(session))
  await pass(100)
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'a secret')
  attachmentsOf(session).add([new File(['a'], 'secret.txt')], async () => ({ url: '/f' }))
  session.close()
  await pass(50)
  expect(input.value).toBe('a secret')
  session.forget()
  await expect.poll(() => input.value).toBe('')
  expect(attachmentsOf(session).get()).toEqual([])
  await userEvent.click(input)
  await userEvent.keyboard('n')
  expect(session.getDraft()).toBe('n')
})

test('a log-out takes the files of who was never welcomed, too', async () => {
  const { open: openAgain, server } = openKept()
  server.offline(true)
  const session = openAgain()
  await render(page(session))
  const files = attachmentsOf(session)
  files.add([new File(['a'], 'secret.txt')], async () => ({ url: '/f' }))
  session.close()
  expect(files.get()).toHaveLength(1)
  session.forget()
  expect(files.get()).toEqual([])
})

test('a session that is closed keeps its text, to be copied or sent later', async () => {
  const bench = openBench()
  const session = open(bench.options)
  const screen = await render(page(session))
  await bench.pass(100)
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'not gone')
  session.close()
  await bench.pass(50)
  await userEvent.click(input)
  await userEvent.keyboard('{Enter}')
  expect(input.value).toBe('not gone')
  expect(session.getDraft()).toBe('not gone')
  session.reconnect()
  await bench.pass(100)
  await userEvent.keyboard('{Enter}')
  expect(input.value).toBe('')
  expect(session.getMessages()).toHaveLength(1)
})

test('sent while offline it leaves the field for the feed, and is there after a reload', async () => {
  const { open: openAgain, pass, server } = openKept()
  const session = openAgain()
  const screen = await render(page(session))
  await pass(100)
  server.offline(true)
  await pass(50)
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'later')
  await userEvent.click(input)
  await userEvent.keyboard('{Enter}')
  expect(input.value).toBe('')
  session.close()
  expect(openAgain().getMessages()).toMatchObject([
    { delivery: 'queued', parts: [{ type: 'text', text: 'later' }] },
  ])
})
