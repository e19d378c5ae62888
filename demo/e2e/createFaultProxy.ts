/**
 * A TCP line that can be hurt: between the clients and the server, on loopback.
 *
 * Knows bytes only, so that everything above it (HTTP, WebSocket, the kit) is the real thing.
 * Hurts WebSockets only, and counts each one that a fault of a kind met: a fault that met none is
 * not counted.
 */

import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net'

/**
 * - `cut`: both ends see the connection break
 * - `blackhole`: the line stays open and nothing passes, in either direction; then it breaks
 * - `slow`: every chunk waits
 */
export type Fault = 'cut' | 'blackhole' | 'slow'

export interface FaultProxy {
  port: number
  hits: Record<Fault, number>
  /** Hurt every WebSocket that is open now. `forMs` is how long a blackhole or slowness lasts. */
  hurt(fault: Fault, forMs: number): void
  /** While on, no WebSocket gets through; pages still load. */
  refuse(on: boolean): void
  close(): Promise<void>
}

interface Line {
  client: Socket
  server: Socket
  isWebSocket: boolean
  /** until when nothing passes, or everything waits; ms of performance.now() */
  swallowUntilMs: number
  slowUntilMs: number
}

const SLOW_MS = 120

export async function createFaultProxy(targetPort: number): Promise<FaultProxy> {
  const lines = new Set<Line>()
  const hits: Record<Fault, number> = { cut: 0, blackhole: 0, slow: 0 }
  let refusing = false

  const server = createServer((client) => {
    const line: Line = {
      client,
      server: tcpConnect(targetPort, 'localhost'),
      isWebSocket: false,
      swallowUntilMs: 0,
      slowUntilMs: 0,
    }
    lines.add(line)
    client.once('data', (chunk) => {
      line.isWebSocket = /^upgrade: websocket/im.test(chunk.toString('latin1'))
      if (line.isWebSocket && refusing) client.destroy()
    })
    pipe(line, line.client, line.server)
    pipe(line, line.server, line.client)
    for (const end of [line.client, line.server]) {
      end.setNoDelay(true)
      end.on('error', () => end.destroy())
      end.on('close', () => {
        lines.delete(line)
        line.client.destroy()
        line.server.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    hits,
    hurt(fault, forMs) {
      for (const line of lines) {
        if (!line.isWebSocket) continue
        hits[fault] += 1
        const untilMs = performance.now() + forMs
        if (fault === 'slow') line.slowUntilMs = untilMs
        if (fault === 'cut') line.client.destroy()
        if (fault !== 'blackhole') continue
        line.swallowUntilMs = untilMs
        setTimeout(() => line.client.destroy(), forMs)
      }
    },
    refuse(on) {
      refusing = on
    },
    close() {
      for (const line of lines) line.client.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Chunks keep their order: a slow one holds up what comes behind it. */
function pipe(line: Line, from: Socket, to: Socket): void {
  let last: Promise<void> = Promise.resolve()
  from.on('data', (chunk) => {
    const waitMs = performance.now() < line.slowUntilMs ? SLOW_MS : 0
    last = last.then(async () => {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      const swallowed = performance.now() < line.swallowUntilMs
      if (!swallowed && !from.destroyed && !to.destroyed) to.write(chunk)
    })
  })
  from.on('end', () => {
    last = last.then(() => {
      to.end()
    })
  })
}
