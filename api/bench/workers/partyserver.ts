/** partyserver as its documentation shows a chat: hibernating, and a broadcast. */

import { type Connection, routePartykitRequest, Server } from 'partyserver'

export class Bench extends Server {
  static override options = { hibernate: true }

  override onStart(): void {
    console.debug('{"event":"session.wake"}')
  }

  override onMessage(_connection: Connection, message: string): void {
    this.broadcast(JSON.stringify({ type: 'echo', data: JSON.parse(message) }))
  }
}

export default {
  async fetch(request, env) {
    return (await routePartykitRequest(request, env)) ?? new Response(null, { status: 404 })
  },
} satisfies ExportedHandler<Record<string, unknown>>
