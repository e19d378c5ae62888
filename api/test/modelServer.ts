/**
 * An API of a model for tests: a real HTTP server on loopback, in Node, that answers each
 * request with the next reply of the script a test gave it.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'

export interface Reply {
  /** 200 */
  status?: number
  headers?: Record<string, string>
  /** what is written, piece by piece; `{hold: true}` waits until the test says `go` */
  body?: (string | { hold: true })[]
  /** each byte is written alone, so that no character and no line arrives whole */
  bytewise?: boolean
  /** after the body: the usual end, the line cut, or nothing ever again */
  end?: 'close' | 'cut' | 'never'
}

export interface Asked {
  path: string
  authorization: string
  body: { model: string; messages: { role: string; content: string }[] } & Record<string, unknown>
}

interface Script {
  replies: Reply[]
  asked: Asked[]
  /** requests that the client ended before their reply did */
  cut: number
  /** how often the test said `go`, less the holds that it ended */
  goes: number
  watchers: Set<() => void>
}

declare module 'vitest' {
  interface ProvidedContext {
    modelServer: string
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const scripts = new Map<string, Script>()
  const server = createServer((request, response) => {
    answer(scripts, request, response).catch((error) => {
      response.destroy()
      console.error('the server of the model failed', error)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  provide('modelServer', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
}

async function answer(
  scripts: Map<string, Script>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, id = '', ...rest] = request.url?.split('/') ?? []
  const path = rest.join('/')
  const body = await textOf(request)
  if (path === 'script') {
    const replies = JSON.parse(body) as Reply[]
    scripts.set(id, { replies, asked: [], cut: 0, goes: 0, watchers: new Set() })
    response.end('{}')
    return
  }
  const script = scripts.get(id)
  if (!script) throw new Error(`no script ${id}`)
  if (path === 'go') wake(script, { goes: script.goes + 1 })
  if (path === 'cut') await until(script, () => script.cut > 0)
  if (path === 'go' || path === 'cut' || path === 'state')
    response.end(JSON.stringify({ asked: script.asked, cut: script.cut }))
  else await reply(script, request, response, path, body)
}

function wake(script: Script, change: Partial<Script>): void {
  Object.assign(script, change)
  for (const watcher of script.watchers) watcher()
}

async function until(script: Script, isSo: () => boolean): Promise<void> {
  while (!isSo())
    await new Promise<void>((resolve) => {
      script.watchers.add(resolve)
    })
}

async function reply(
  script: Script,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  body: string,
): Promise<void> {
  const { authorization = '' } = request.headers
  script.asked.push({ path, authorization, body: JSON.parse(body) })
  const next = script.replies.shift()
  if (!next) throw new Error('the script has no reply left')
  const { status = 200, headers, body: pieces = [], end = 'close' } = next
  let gone = false
  response.on('close', () => {
    gone = true
    if (!response.writableEnded && end !== 'cut') wake(script, { cut: script.cut + 1 })
    else wake(script, {})
  })
  if (pieces.length === 0 && end === 'never') return
  response.writeHead(status, { 'content-type': 'text/event-stream', ...headers })
  response.socket?.setNoDelay(true)
  for (const piece of pieces) {
    if (gone) return
    if (typeof piece === 'string') await write(response, piece, next.bytewise ?? false)
    else {
      await until(script, () => gone || script.goes > 0)
      script.goes -= 1
    }
  }
  if (end === 'close') response.end()
  if (end === 'cut') response.destroy()
}

async function write(response: ServerResponse, piece: string, bytewise: boolean): Promise<void> {
  const bytes = Buffer.from(piece)
  const step = bytewise ? 1 : bytes.length
  for (let at = 0; at < bytes.length; at += step)
    await new Promise<void>((resolve) => {
      response.write(bytes.subarray(at, at + step), () => setImmediate(resolve))
    })
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
