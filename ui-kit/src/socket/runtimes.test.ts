/**
 * The line on real runtimes and real sockets: Node, and a worker of a browser.
 *
 * A server on loopback plays the same scene to each: it restarts, cuts, falls silent, and
 * in the end says goodbye. What each of them heard is compared as a whole.
 */

import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { chromium } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { chromiumLaunchOptions } from '../../scripts/chromium.ts'
import { PING, PONG } from '../protocol/frames.ts'

/** `play(url, done)`: says something on each socket it gets, and what it heard at the end. */
const PROGRAM = `
  import { createReconnectingWebSocket } from './createReconnectingWebSocket.ts'
  globalThis.play = (url, done) => {
    const heard = []
    let socket
    socket = createReconnectingWebSocket({
      url: async () => url,
      heartbeat: { send: ${JSON.stringify(PING)}, reply: ${JSON.stringify(PONG)}, intervalMs: 200, timeoutMs: 2000 },
      backoff: { baseMs: 50, floorMs: 1 },
      onMessage: (data) => heard.push(data),
      onStatusChange(status) {
        heard.push(status)
        if (status === 'connected') socket.send('hello')
        const { phase, close } = socket?.getConnection() ?? {}
        if (phase === 'ended') done([...heard, close.code, close.reason])
      },
    })
  }
`

/** What the server does to one socket after another. */
const SCENE: ((socket: WebSocket) => void)[] = [
  (socket) => socket.close(1012, 'restart'),
  (socket) => socket.terminate(),
  // Silent from here on: a ping finds no answer.
  () => {},
  (socket) => {
    let pings = 0
    socket.on('message', () => {
      socket.send(PONG)
      pings++
      if (pings === 3) socket.close(4410, 'deleted')
    })
  },
]

const HEARD = [
  ...SCENE.flatMap((_, index) => ['connecting', 'connected', { dial: index + 1 }, 'disconnected']),
  4410,
  'deleted',
]

async function openStage(): Promise<{ port: number; script: string }> {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
  })
  const script = outputFiles[0]?.text ?? ''
  const server = createServer(({ url }, response) => {
    const isScript = url === '/worker.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(
      isScript ? `${script};onmessage = ({ data }) => play(data, postMessage)` : '<!doctype html>',
    )
  })
  const sockets = new WebSocketServer({ server })
  let dials = 0
  sockets.on('connection', (socket) => {
    const act = SCENE[dials++]
    socket.once('message', (text) => {
      expect(String(text)).toBe('"hello"')
      socket.send(JSON.stringify({ dial: dials }))
      act?.(socket)
    })
  })
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { port: (server.address() as AddressInfo).port, script }
}

test('[F17] [F35] [F38] [F41] in Node, where nothing keeps the process alive after the end', async () => {
  const { port, script } = await openStage()
  const run = `${script};play('ws://127.0.0.1:${port}', (heard) => console.log(JSON.stringify(heard)))`
  const { stdout } = await promisify(execFile)('node', ['-e', run])
  expect(JSON.parse(stdout)).toEqual(HEARD)
}, 30_000)

test('[F17] [F35] [F38] [F41] in a worker of a browser, without a window', async () => {
  const { port } = await openStage()
  const browser = await chromium.launch(await chromiumLaunchOptions())
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${port}`)
  const heard = await page.evaluate(
    (url) =>
      new Promise((done) => {
        const worker = new Worker('/worker.js')
        worker.onmessage = ({ data }) => done(data)
        worker.postMessage(url)
      }),
    `ws://127.0.0.1:${port}`,
  )
  expect(heard).toEqual(HEARD)
}, 60_000)
