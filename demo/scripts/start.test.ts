import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import {
  cleanUp,
  describeTree,
  eventually,
  expectCleanEnd,
  kill,
  launch,
  post,
} from './launchInTest.ts'
import { survivors } from './launchStart.ts'

cleanUp()

test('[start] says one line when health and page are served, lets guests in, and SIGINT ends it cleanly', async () => {
  const started = await launch()
  expect(await started.ready).toBe(`session-kit is ready: ${started.url}`)
  const health = await fetch(`${started.url}/health`)
  expect(await health.json()).toEqual({ ok: true })
  const page = await fetch(`${started.url}/?s=some-session`)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain('<title>')
  expect((await fetch(`${started.url}/sessions/a/do/status`)).status).toBe(200)
  const lines = started.output().trim().split('\n')
  expect(lines.filter((line) => !line.includes('building the page'))).toHaveLength(1)
  await expectCleanEnd(started, 'SIGINT')
})

test('[start] a variable reaches the Worker, and neither log nor process list shows it', async () => {
  const secret = `a$HOME"'\`#x y-${Math.random()}`
  const limits = JSON.stringify({ inFlight: 3 })
  const started = await launch({ env: { SESSION_SECRET: secret, SESSION_LIMITS: limits } })
  await started.ready
  expect(await welcomeLimits(started.url)).toMatchObject({ inFlight: 3 })
  const tree = started.tree()
  expect(tree.some(({ command }) => command.includes('workerd'))).toBe(true)
  for (const { command } of tree) expect(command).not.toContain(secret)
  expect(started.output()).not.toContain(secret)
})

test('[start] a leftover of this clone is ended, and its state is used', async () => {
  const before = await launch()
  await before.ready
  await post(before.url, 'left', 'left behind')
  const tree = before.tree()
  const isRuntime = ({ command }: { command: string }) => /workerd serve/.test(command)
  for (const { pid } of tree.filter((one) => !isRuntime(one))) kill(pid)
  await before.ended
  const leftover = tree.filter(isRuntime)
  expect(leftover).toHaveLength(2)
  await eventually(
    () => survivors(tree).length === 2,
    () => describeTree(survivors(tree)),
  )
  expect(survivors(leftover)).toHaveLength(2)

  const after = await launch({ port: before.port })
  await after.ready
  expect(survivors(leftover)).toEqual([])
  expect(after.output()).toContain('ended a server of this clone')
  const page = await fetch(`${after.url}/sessions/left/do/messages`)
  expect(JSON.stringify(await page.json())).toContain('left behind')
})

test('[start] a foreign owner of the port is named and left alone', async () => {
  const foreign = createServer((_, response) => response.end('foreign'))
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  const { port } = foreign.address() as AddressInfo
  const started = await launch({ port })
  expect(await started.ended).toBe(1)
  expect(started.output()).toContain(`port ${port} is taken by pid ${process.pid} (`)
  expect(started.output()).toContain(`PORT=${port + 1}`)
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('foreign')
  await new Promise((resolve) => foreign.close(resolve))
})

test('[start] a PORT that is none is refused with what it has to be', async () => {
  const started = await launch({ env: {}, port: 70_000 })
  expect(await started.ended).toBe(1)
  expect(started.output()).toContain('PORT is "70000", but has to be')
})

function welcomeLimits(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/sessions/limits/websocket`)
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', v: 1 }))
    socket.onerror = () => reject(new Error('the socket could not be opened'))
    socket.onmessage = ({ data }) => {
      const [frame] = [JSON.parse(String(data))].flat()
      if (frame.type !== 'welcome') return
      socket.close(1000)
      resolve(frame.limits)
    }
  })
}
