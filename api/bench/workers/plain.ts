/** The measure of all: a Durable Object that parses a message, sends it to everybody and stores nothing. */

import { DurableObject } from 'cloudflare:workers'
import { route } from './route.ts'

export class Plain extends DurableObject<unknown> {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    console.debug('{"event":"session.wake"}')
  }

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(_ws: WebSocket, data: string): void {
    const text = JSON.stringify({ type: 'echo', data: JSON.parse(data) })
    for (const socket of this.ctx.getWebSockets()) socket.send(text)
  }
}

export default route
