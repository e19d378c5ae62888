/** Requests that are odd on the wire, as only a socket can send them: the Worker answers each. */

import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'

let server: ProofServer
beforeAll(async () => {
  server = await startProofServer()
})
afterAll(() => server.stop())

/** Sends a body with whatever method and headers; the status of the answer. */
const send = (method: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    const sent = request(`${server.url}/sessions/${newSession()}${path}`, {
      method,
      headers: { 'content-length': '2', ...headers },
    })
    sent.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      resolve(statusCode)
    })
    sent.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end('{}')
  })

test('[HTTP] a body where none belongs is left unread, and the request is answered', async () => {
  for (const method of ['GET', 'HEAD'])
    for (const path of ['/do/status', '/do/messages'])
      expect(await send(method, path), `${method} ${path}`).toBe(200)
  expect(await send('POST', '/do/messages')).toBe(400)
  expect(await send('DELETE', '')).toBe(403)
})

test('[HTTP] an upgrade that tells the length of a body is an upgrade', async () => {
  const upgrade = {
    upgrade: 'websocket',
    connection: 'upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  }
  expect(await send('GET', '/websocket', upgrade)).toBe(101)
  expect(await send('GET', '/websocket', { ...upgrade, 'content-length': '0' })).toBe(101)
})
