/**
 * What a component test begins with: the fake server, on a clock that the test moves, and
 * StrictMode, whose second mount finds what an effect forgot.
 */

import { expect } from 'vitest'
import { configure } from 'vitest-browser-react/pure'
import type { SessionOptions } from '../src/session/index.ts'
import {
  createFakeServer,
  createManualClock,
  type FakeServer,
  type FakeServerOptions,
  type ManualClock,
} from '../src/testing/index.ts'

export interface Bench {
  clock: ManualClock
  server: FakeServer
  room: ReturnType<FakeServer['session']>
  /** for a session of this bench; an id of its own, since held sessions outlive their test */
  options: SessionOptions
  /** Time goes on, promises and renders in between included. */
  pass(ms: number): Promise<void>
  /** The clock goes on until these words are shown: React renders when it has time. */
  shows(root: ParentNode, selector: string, words: string): Promise<void>
}

configure({ reactStrictMode: true })

let benches = 0

export function openBench(serverOptions: FakeServerOptions = {}): Bench {
  benches += 1
  const clock = createManualClock()
  const server = createFakeServer({ clock, agent: () => null, ...serverOptions })
  const sessionId = `bench-${benches}`

  async function pass(ms: number) {
    await rendered()
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10)
      await Promise.resolve()
    }
    await rendered()
  }

  return {
    clock,
    server,
    room: server.session(sessionId),
    options: {
      url: 'http://fake',
      sessionId,
      name: 'Robin',
      WebSocket: server.WebSocket,
      clock,
      storage: null,
      random: () => 0.5,
      schedule: (run) => {
        const timer = clock.setTimeout(run, 16)
        return () => clock.clearTimeout(timer)
      },
    },
    pass,
    shows: (root, selector, words) =>
      expect
        .poll(
          async () => {
            await pass(50)
            return root.querySelector(selector)?.textContent
          },
          { timeout: 10_000, interval: 10 },
        )
        .toBe(words),
  }
}

/** React's work waits for a task, layout for a frame. */
const rendered = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
