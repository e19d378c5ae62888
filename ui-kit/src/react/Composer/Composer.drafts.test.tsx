/** What was typed is never lost: over sessions, reloads, a late start and a failed send. */

import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createStorage } from '../../../test/createStorage.ts'
import { createSession, type Session, type SessionOptions } from '../../session/index.ts'
import { attachmentsOf } from '../hooks/createAttachments.ts'
import { pendingSession } from '../hooks/pendingSession.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
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

test('what was typed before the session came stays, and survives a reload at once', async () => {
  const { open: openAgain } = openKept()
  const screen = await render(page(pendingSession))
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'too early')
  const session = openAgain()
  await screen.rerender(page(session))
  expect(input.value).toBe('too early')
  await expect.poll(() => session.getDraft()).toBe('too early')
  session.close()
  expect(openAgain().getDraft()).toBe('too early')
})

test('what was typed early for one session does not follow into the next', async () => {
  const screen = await render(page(pendingSession))
  const input = fieldIn(screen.container)
  await userEvent.fill(input, 'for the first')
  const [one, two] = [open(openBench().options), open(openBench().options)]
  await screen.rerender(page(one))
  await expect.poll(() => one.getDraft()).toBe('for the first')
  await screen.rerender(page(pendingSession))
  await expect.poll(() => input.value).toBe('')
  await screen.rerender(page(two))
  await expect.poll(() => input.value).toBe('')
  expect([one.getDraft(), two.getDraft()]).toEqual(['for the first', ''])
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
