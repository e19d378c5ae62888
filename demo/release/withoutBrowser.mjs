/**
 * The kit where there is no browser: a line and a session, on real sockets that are cut.
 *
 * Copied into a fresh project beside the packed kit, and run by each runtime (packedKit.test.ts):
 * prints what was heard and what is shown, and ends by itself.
 */

import { createServer } from 'node:http'
import { createSession } from '@session-kit/ui-kit/session'
import { createReconnectingWebSocket } from '@session-kit/ui-kit/socket'
import { createFakeServer } from '@session-kit/ui-kit/testing'
import { WebSocketServer } from 'ws'

const clock = {
  now: () => performance.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle),
}
const fake = createFakeServer({ clock, agent: () => 'an answer' })
const http = createServer().listen(0, '127.0.0.1', begin)
const sockets = new WebSocketServer({ server: http })
sockets.on('connection', (socket, { url }) => {
  const inner = new fake.WebSocket(`ws://fake${url}`)
  inner.addEventListener('message', ({ data }) => socket.send(data))
  const opened = new Promise((done) => inner.addEventListener('open', done))
  socket.on('message', (data) => opened.then(() => inner.send(String(data))))
  socket.on('close', () => inner.close())
})
const cut = () => {
  for (const socket of sockets.clients) socket.terminate()
}

function begin() {
  const at = `127.0.0.1:${http.address().port}`
  const heard = []
  const line = createReconnectingWebSocket({
    url: `ws://${at}/sessions/raw/websocket?guest=0123456789abcdef`,
    backoff: { baseMs: 50 },
    onMessage: ({ data }) => {
      heard.push(data)
      if (heard.length < 6) cut()
      else line.disconnect()
    },
    onStatusChange(status) {
      heard.push(status)
      if (status === 'connected') line.send(heard.length)
      if (heard.length > 6 && status === 'disconnected') chat(at, heard)
    },
  })
}
async function chat(at, heard) {
  const session = createSession({ url: `http://${at}`, sessionId: 'room', name: 'Ada' })
  await session.send('one').stored
  cut()
  await session.send('two').stored
  while (
    session.getMessages().length < 4 ||
    session.getMessages().some(({ state }) => state === 'streaming')
  )
    await new Promise((done) => setTimeout(done, 50))
  const said = session.getMessages().map(({ parts, delivery }) => `${parts[0].text} ${delivery}`)
  session.close()
  sockets.close()
  http.close()
  console.log(JSON.stringify({ heard, said }))
}
