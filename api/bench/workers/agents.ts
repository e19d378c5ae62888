/** The Agents SDK in its simplest form: an Agent, and a broadcast. */

import { Agent, type Connection, routeAgentRequest } from 'agents'

export class Bench extends Agent {
  override onStart(): void {
    console.debug('{"event":"session.wake"}')
  }

  override onMessage(_connection: Connection, message: string): void {
    this.broadcast(JSON.stringify({ type: 'echo', data: JSON.parse(message) }))
  }
}

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response(null, { status: 404 })
  },
} satisfies ExportedHandler<Cloudflare.Env>
