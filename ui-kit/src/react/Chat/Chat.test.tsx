import '../../styles/styles.css'
import axe from 'axe-core'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { attachmentsOf } from '../hooks/createAttachments.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { type UseSessionSocketOptions, useSessionSocket } from '../hooks/useSessionSocket.ts'
import { Chat } from './Chat.tsx'

const agent = { id: 'agent', name: 'Agent' }

async function openChat(theme: 'light' | 'dark', inlineSize = 700) {
  const bench = openBench()
  const { room, server, pass } = bench
  room.history([
    { text: 'How does it resume?', createdAt: Date.UTC(2026, 0, 4) },
    { role: 'assistant', author: agent, text: 'By a number.', state: 'interrupted' },
    { role: 'assistant', author: agent, text: 'And again', state: 'cancelled' },
    {
      role: 'assistant',
      author: agent,
      text: '',
      state: 'error',
      error: { code: 'x', message: 'no' },
    },
    { role: 'user', parts: [], state: 'deleted' },
    {
      role: 'assistant',
      author: agent,
      parts: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'tool', callId: '1', name: 'search', state: 'error', error: 'none', input: {} },
        { type: 'file', url: 'https://x.test', mediaType: 'text/plain', name: 'a.txt' },
        { type: 'data', name: 'poll', value: 1 },
      ],
    },
  ])
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <main data-theme={theme} style={{ blockSize: 600, inlineSize, background: 'var(--sk-bg)' }}>
      <SessionProvider session={session}>
        <Chat />
      </SessionProvider>
    </main>,
  )
  await pass(100)
  server.nackNext('forbidden')
  session.send('refused')
  await pass(100)
  room.typing('Grace', true)
  room.stream('an answer that grows and grows', { tokensPerSecond: 2 })
  await pass(500)
  return { ...bench, session, screen }
}

async function offences(element: Element): Promise<string[]> {
  const { violations, passes } = await axe.run(element, {
    rules: { region: { enabled: false }, 'target-size': { enabled: true } },
  })
  expect(passes.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['color-contrast', 'target-size', 'label', 'button-name']),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
}

test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (theme) => {
  const { screen, server, pass } = await openChat(theme)
  for (const details of screen.container.querySelectorAll('details')) details.open = true
  expect(await offences(screen.container)).toEqual([])
  server.refuse(true)
  server.drop()
  await pass(7_000)
  expect(screen.container.querySelector('.sk-status')?.getAttribute('data-view')).toBe('lost')
  expect(await offences(screen.container)).toEqual([])
})

test('nothing says that an answer comes while the line is lost', async () => {
  const { screen, server, room, pass } = await openChat('light')
  room.stream([{ type: 'text', text: 'not yet begun' }]).pause()
  await pass(100)
  const awaited = () => {
    const element = screen.container.querySelector('.sk-awaited') as HTMLElement
    return [element.checkVisibility({ visibilityProperty: true }), element.offsetHeight]
  }
  expect(awaited()).toEqual([true, 24])
  server.refuse(true)
  server.drop()
  await pass(7_000)
  expect(screen.container.querySelector('.sk-status')?.getAttribute('data-view')).toBe('lost')
  expect(awaited()).toEqual([false, 24])
})

test('nothing is wider than a narrow page, and every target is 24 px or more', async () => {
  const { screen } = await openChat('light', 320)
  const main = screen.container.querySelector('main') as HTMLElement
  expect(main.scrollWidth).toBeLessThanOrEqual(320)
  const viewport = screen.container.querySelector('.sk-feed-viewport') as HTMLElement
  expect(viewport.scrollWidth).toBeLessThanOrEqual(viewport.clientWidth)
  const targets = [...screen.container.querySelectorAll('a, button, summary, textarea')]
  expect(targets.length).toBeGreaterThan(5)
  for (const target of targets) {
    const { width, height } = target.getBoundingClientRect()
    expect(Math.min(width, height), target.outerHTML).toBeGreaterThanOrEqual(24)
  }
})

const fileData = () => {
  const data = new DataTransfer()
  data.items.add(new File(['x'], 'a.png', { type: 'image/png' }))
  return data
}

/** @returns whether the page took it, so that the browser doesn't */
const drag = (target: Element, type: string, dataTransfer: DataTransfer): boolean =>
  !target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))

test.each([
  [true, 'goes to the composer'],
  [false, 'replaces no page'],
])('a file dropped on the feed (files are taken: %s) %s', async (isTaken) => {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const upload = async () => ({ url: 'https://x.test/a' })
  const { container } = await render(
    <SessionProvider session={session}>
      <Chat upload={isTaken ? upload : undefined} />
    </SessionProvider>,
  )
  await bench.pass(100)
  const at = (selector: string) => container.querySelector(selector) as HTMLElement
  const isLit = () => at('.sk-chat').hasAttribute('data-dropping')
  const files = () => container.querySelectorAll('.sk-composer-file').length
  const data = fileData()
  expect(drag(at('.sk-feed-viewport'), 'dragover', data)).toBe(true)
  await expect.poll(isLit).toBe(isTaken)
  expect(drag(at('.sk-feed-viewport'), 'drop', data)).toBe(true)
  await expect.poll(files).toBe(isTaken ? 1 : 0)
  expect(isLit()).toBe(false)
  // Over the composer it is taken once, not by both.
  drag(at('.sk-composer'), 'dragover', data)
  expect(drag(at('.sk-composer'), 'drop', data)).toBe(true)
  await expect.poll(files).toBe(isTaken ? 2 : 0)
  expect(isLit()).toBe(false)
  // Words are for the field.
  const words = new DataTransfer()
  words.setData('text/plain', 'words')
  expect(drag(at('.sk-feed-viewport'), 'dragover', words)).toBe(false)
})

test('no outline is left behind, however the drag ends', async () => {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const upload = async () => ({ url: 'https://x.test/a' })
  const tree = (isTaken: boolean) => (
    <SessionProvider session={session}>
      <Chat upload={isTaken ? upload : undefined} />
    </SessionProvider>
  )
  const { container, rerender } = await render(tree(true))
  await bench.pass(100)
  const at = (selector: string) => container.querySelector(selector) as HTMLElement
  const isLit = () => at('.sk-chat').hasAttribute('data-dropping')
  const data = fileData()
  const feed = at('.sk-feed-viewport')
  const light = async () => {
    drag(at('.sk-chat-head'), 'dragover', data)
    await expect.poll(isLit).toBe(true)
  }
  // A part of the application keeps to itself what is dropped on it.
  for (const type of ['dragleave', 'drop'])
    feed.addEventListener(type, (event) => {
      event.preventDefault()
      event.stopPropagation()
    })
  await light()
  drag(feed, 'drop', data)
  await expect.poll(isLit).toBe(false)
  // Escape, or out of the window.
  await light()
  drag(feed, 'dragleave', data)
  await expect.poll(isLit).toBe(false)
  // What was under it has gone from the page, and with it the word that it was left.
  await light()
  drag(document.body, 'dragover', data)
  await expect.poll(isLit).toBe(false)
  await light()
  drag(document.body, 'dragend', data)
  await expect.poll(isLit).toBe(false)
  // Files are no longer taken.
  await light()
  await rerender(tree(false))
  expect(isLit()).toBe(false)
})

test.each([
  ['at 320 by 256, a zoom of 400 %', 320, 256, '100vh'],
  ['in a low corner of a page', 900, 700, '22rem'],
])(
  '%s, feed and Send stay in sight of a long draft with files',
  async (_, width, height, blockSize) => {
    await page.viewport(width, height)
    onTestFinished(() => page.viewport(900, 700))
    const bench = openBench()
    bench.room.history(Array.from({ length: 9 }, (_, i) => ({ text: `Message ${i}` })))
    const session = createSession(bench.options)
    onTestFinished(() => session.close())
    const upload = async () => ({ url: 'https://x.test/a' })
    session.setDraft('line\n'.repeat(20))
    attachmentsOf(session).add(
      Array.from({ length: 6 }, (_, i) => new File(['x'], `a long file name number ${i}.txt`)),
      upload,
    )
    const { container } = await render(
      <main style={{ blockSize, position: 'fixed', inset: 'auto 0 0' }}>
        <SessionProvider session={session}>
          <Chat upload={upload} />
        </SessionProvider>
      </main>,
    )
    await bench.pass(100)
    const box = (selector: string) =>
      (container.querySelector(selector) as Element).getBoundingClientRect()
    expect(container.querySelectorAll('.sk-composer-file')).toHaveLength(6)
    expect(box('.sk-feed-viewport').height).toBeGreaterThanOrEqual(40)
    const [composer, send] = [box('.sk-composer'), box('.sk-composer-send')]
    expect(composer.bottom).toBeLessThanOrEqual(height)
    expect(send.bottom).toBeLessThanOrEqual(composer.bottom)
    expect(send.right).toBeLessThanOrEqual(composer.right)
  },
)

function App(options: UseSessionSocketOptions) {
  return (
    <SessionProvider session={useSessionSocket(options).session}>
      <Chat />
    </SessionProvider>
  )
}

test('the whole chat is rendered on the server and hydrated without a difference', async () => {
  const { options, room, pass, server } = openBench()
  room.history([{ text: 'Hello', createdAt: Date.UTC(2026, 0, 4) }])
  const host = document.createElement('div')
  host.innerHTML = renderToString(<App {...options} />)
  document.body.append(host)
  const mistakes: unknown[] = []
  const root = hydrateRoot(host, <App {...options} />, {
    onRecoverableError: (error) => mistakes.push(error),
    onUncaughtError: (error) => mistakes.push(error),
  })
  onTestFinished(() => {
    root.unmount()
    host.remove()
  })
  await expect
    .poll(async () => {
      await pass(50)
      return host.querySelector('.sk-text')?.textContent
    })
    .toBe('Hello')
  expect(mistakes).toEqual([])
  expect(server.dials).toBe(1)
})

test('a session made outside renders on the server like its first render in the browser', () => {
  const { options } = openBench()
  const session = createSession(options)
  onTestFinished(() => session.close())
  const html = renderToString(
    <SessionProvider session={session}>
      <Chat />
    </SessionProvider>,
  )
  expect(html).toContain('Connecting')
  expect(html).toContain('Loading messages')
})
