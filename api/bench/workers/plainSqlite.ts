/**
 * What one writes by hand when messages must last: a number and one INSERT for each, an ack, a
 * broadcast, and a replay of what a client missed.
 *
 * Knows no limits, no presence, no repeated send and no refusal.
 */

import { DurableObject } from 'cloudflare:workers'
import { route } from './route.ts'

const PAGE = 100

type Frame = { type: 'hello'; cursor?: number } | { type: 'send'; cid: string; text: string }

export class PlainSqlite extends DurableObject<unknown> {
  #head: number | undefined

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    console.debug('{"event":"session.wake"}')
    ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)',
    )
  }

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment({ id: crypto.randomUUID() })
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(ws: WebSocket, data: string): void {
    const frame: Frame = JSON.parse(data)
    if (frame.type === 'hello') this.#replay(ws, frame.cursor)
    else this.#store(ws, frame.cid, frame.text)
  }

  #store(ws: WebSocket, cid: string, text: string): void {
    const { id: from } = ws.deserializeAttachment()
    const seq = this.#newest() + 1
    const body = JSON.stringify({ type: 'msg', seq, cid, from, text, createdAt: Date.now() })
    this.ctx.storage.sql.exec('INSERT INTO messages (seq, body) VALUES (?, ?)', seq, body)
    this.#head = seq
    ws.send(JSON.stringify({ type: 'ack', cid, seq }))
    for (const socket of this.ctx.getWebSockets()) socket.send(body)
  }

  #replay(ws: WebSocket, cursor: number | undefined): void {
    const head = this.#newest()
    ws.send(JSON.stringify({ type: 'welcome', head }))
    for (let seq = cursor ?? head; seq < head; seq += PAGE) {
      const rows = this.ctx.storage.sql
        .exec<{ body: string }>(
          'SELECT body FROM messages WHERE seq > ? ORDER BY seq LIMIT ?',
          seq,
          PAGE,
        )
        .toArray()
      ws.send(`{"type":"page","messages":[${rows.map(({ body }) => body).join(',')}]}`)
    }
  }

  #newest(): number {
    const sql = this.ctx.storage.sql
    this.#head ??=
      sql.exec<{ head: number | null }>('SELECT max(seq) AS head FROM messages').one().head ?? 0
    return this.#head
  }
}

export default route
