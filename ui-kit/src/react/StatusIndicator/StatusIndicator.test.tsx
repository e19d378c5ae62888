import '../../styles/styles.css'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { StatusIndicator } from './StatusIndicator.tsx'

async function openStatus() {
  const bench = openBench()
  const listeners = new Set<(event: 'online' | 'offline') => void>()
  let isOnline = true
  const session = createSession({
    ...bench.options,
    backoff: { baseMs: 8_000, floorMs: 4_000, maxMs: 8_000 },
    network: {
      isOnline: () => isOnline,
      isVisible: () => true,
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      <StatusIndicator />
    </SessionProvider>,
  )
  const root = screen.container.querySelector('.sk-status') as HTMLElement
  const live = screen.getByRole('status').element()
  const heard: string[] = []
  new MutationObserver(() => heard.push(live.textContent ?? '')).observe(live, {
    childList: true,
    subtree: true,
    characterData: true,
  })
  return {
    ...bench,
    session,
    screen,
    root,
    heard,
    /** the network cable, and what the browser says of it */
    cable(isIn: boolean) {
      isOnline = isIn
      bench.server.offline(!isIn)
      for (const listener of [...listeners]) listener(isIn ? 'online' : 'offline')
    },
    /** what is there to read, without what is only spoken */
    words: () =>
      [...root.children]
        .filter((child) => child !== live)
        .map((child) => child.textContent)
        .filter(Boolean)
        .join(' '),
  }
}

test('connects, and says so without announcing it', async () => {
  const { words, pass, heard } = await openStatus()
  expect(words()).toBe('Connecting')
  await pass(100)
  expect(words()).toBe('Connected')
  expect(heard).toEqual([])
})

test('[F84] a blip of less than 1.5 s is passed over', async () => {
  const { words, pass, server, session, root } = await openStatus()
  await pass(100)
  server.drop()
  await pass(1_400)
  expect(session.store.getState().connection.phase).not.toBe('live')
  expect(words()).toBe('Connected')
  session.reconnect()
  await pass(200)
  expect(session.store.getState().connection.phase).toBe('live')
  expect(root.dataset.view).toBe('live')
})

test('reconnecting after 1.5 s, lost after 5 s with the seconds and a button', async () => {
  const { words, pass, server, heard, screen } = await openStatus()
  await pass(100)
  server.refuse(true)
  server.drop()
  await pass(1_600)
  expect(words()).toBe('Reconnecting')
  expect(screen.container.querySelector('button')).toBeNull()
  await pass(3_500)
  expect(words()).toMatch(/^Connection lost next try in \d+ s Try now$/)
  await pass(8_000)
  expect(heard).toEqual(['Connection lost'])
})

test('the seconds count down and are never spoken; recovery is, once', async () => {
  const { words, pass, server, heard } = await openStatus()
  await pass(100)
  server.refuse(true)
  server.drop()
  await pass(6_000)
  const seconds: number[] = []
  for (let i = 0; i < 40; i++) {
    await pass(100)
    const second = /next try in (\d+) s/.exec(words())?.[1]
    if (second && seconds.at(-1) !== Number(second)) seconds.push(Number(second))
  }
  expect(seconds.length).toBeGreaterThanOrEqual(3)
  server.refuse(false)
  await pass(10_000)
  expect(words()).toBe('Connected')
  expect(heard).toEqual(['Connection lost', 'Connected'])
})

test('offline is said by words, after the time of a blip, and once to the ear', async () => {
  const { words, pass, heard, cable } = await openStatus()
  await pass(100)
  cable(false)
  await pass(1_400)
  expect([words(), heard]).toEqual(['Connected', []])
  await pass(200)
  expect(words()).toBe('Offline Try now')
  await pass(20_000)
  expect(heard).toEqual(['Offline'])
  cable(true)
  await pass(500)
  expect(words()).toBe('Connected')
  expect(heard).toEqual(['Offline', 'Connected'])
})

test('"Try now" dials at once, and hands the focus on when it goes', async () => {
  const { words, pass, server, screen, root } = await openStatus()
  await pass(100)
  server.refuse(true)
  server.drop()
  await pass(6_000)
  server.refuse(false)
  const button = screen.getByRole('button', { name: 'Try now' })
  ;(button.element() as HTMLElement).focus()
  await userEvent.keyboard('{Enter}')
  await pass(200)
  expect(words()).toBe('Connected')
  expect(document.activeElement).toBe(root)
})

test('a session that ended says why, and can be tried again', async () => {
  const { words, pass, room, heard, session } = await openStatus()
  await pass(100)
  room.delete()
  await pass(100)
  expect(words()).toBe('Disconnected: this conversation was deleted Try now')
  expect(heard).toEqual(['Disconnected: this conversation was deleted'])
  session.reconnect()
  await pass(200)
  expect(words()).toBe('Connected')
})

test('each view has a shape of its own', async () => {
  const { pass, server, root, session, room } = await openStatus()
  const shapes = new Map<string, string>()
  const look = () =>
    shapes.set(root.dataset.view ?? '', root.querySelector('path')?.getAttribute('d') ?? '')
  await pass(100)
  look()
  server.refuse(true)
  server.drop()
  await pass(2_000)
  look()
  await pass(4_000)
  look()
  server.refuse(false)
  session.reconnect()
  await pass(200)
  room.delete()
  await pass(100)
  look()
  expect([...shapes.keys()]).toEqual(['live', 'reconnecting', 'lost', 'ended'])
  expect(new Set(shapes.values()).size).toBe(4)
})
