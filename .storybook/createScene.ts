/**
 * What every story is played in: the real session of the kit on the fake server.
 *
 * Time is a clock of the scene: the setup runs it to the moment that the story shows,
 * and then it stands still or goes on as on the wall. Nothing is mocked.
 */

import { createSession, type Session } from '@session-kit/ui-kit/session'
import {
  createFakeServer,
  createManualClock,
  type FakeServer,
  type FakeServerOptions,
  type FakeSession,
  type ManualClock,
} from '@session-kit/ui-kit/testing'

/** Who looks at the story. */
export const READER = { id: 'robin', name: 'Robin' }

export interface SceneOptions extends Pick<FakeServerOptions, 'agent' | 'limits'> {
  /** What happened until the component is shown; the reader has joined already. */
  setup?(scene: Scene): void | Promise<void>
  /** What happens once it is shown. */
  shown?(scene: Scene): void | Promise<void>
  /** What the server holds before the reader joins. */
  before?(room: FakeSession, server: FakeServer): void
  /** Time stands still when that is done, so that the picture stays as it is. */
  frozen?: boolean
}

export interface Scene {
  readonly server: FakeServer
  /** the session's other side: its stored truth, the agent, other people */
  readonly room: FakeSession
  /** the reader's side */
  readonly session: Session
  readonly clock: ManualClock
  /** Let so many milliseconds pass, and let the page show what came of it. */
  pass(ms: number): Promise<void>
  /** The network cable of the reader's device, and what their browser says about it. */
  cable(isIn: boolean): void
  /** The component is shown; harmless when repeated. */
  begin(): void
  close(): void
}

/** When every story begins, ms since 1970; a fixed day, so that pictures stay the same. */
export const NOON_MS = Date.UTC(2026, 0, 5, 12)
const TICK_MS = 16
const STEP_MS = 50

type NetworkListener = (event: 'online' | 'offline') => void

export async function createScene(options: SceneOptions = {}): Promise<Scene> {
  const { agent, limits, frozen = false } = options
  const clock = createManualClock()
  const server = createFakeServer({
    clock,
    startedAtMs: NOON_MS,
    admit: () => ({ user: READER }),
    ...(agent && { agent }),
    ...(limits && { limits }),
  })
  const room = server.session('story')
  options.before?.(room, server)
  const listeners = new Set<NetworkListener>()
  let isIn = true
  let lastId = 0
  const session = createSession({
    url: 'https://chat.example.com',
    sessionId: room.id,
    name: READER.name,
    guest: 'a-secret-of-the-reader',
    WebSocket: server.WebSocket,
    clock,
    wallClock: () => NOON_MS + clock.now(),
    random: () => 0.5,
    createId: () => `story-id-${String(++lastId).padStart(8, '0')}`,
    storage: null,
    network: {
      isOnline: () => isIn,
      isVisible: () => true,
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  let hasBegun = false
  let isClosed = false
  let ticker: ReturnType<typeof setInterval> | undefined
  const scene: Scene = {
    server,
    room,
    session,
    clock,
    async pass(ms) {
      for (let left = ms; left >= 0; left -= STEP_MS) {
        clock.advance(Math.min(STEP_MS, left))
        // What the session does in promises comes between two steps.
        await nextTask()
      }
      await new Promise((resolve) => requestAnimationFrame(resolve))
    },
    cable(nowIn) {
      isIn = nowIn
      server.offline(!nowIn)
      for (const listener of listeners) listener(nowIn ? 'online' : 'offline')
    },
    begin() {
      if (hasBegun) return
      hasBegun = true
      void Promise.resolve(options.shown?.(scene)).then(() => {
        if (!frozen && !isClosed) ticker = startTicking(clock)
      })
    },
    close() {
      isClosed = true
      clearInterval(ticker)
      session.close()
    },
  }
  await scene.pass(0)
  await options.setup?.(scene)
  return scene
}

/** Sooner than a timer, which a browser makes wait for 4 ms. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

function startTicking(clock: ManualClock): ReturnType<typeof setInterval> {
  let lastMs = performance.now()
  return setInterval(() => {
    const nowMs = performance.now()
    clock.advance(nowMs - lastMs)
    lastMs = nowMs
  }, TICK_MS)
}

/** For a story's `parameters`. */
export const inScene = (options: SceneOptions): { scene: SceneOptions } => ({ scene: options })

/** The scene that a story is played in, for its `play` function. */
export const sceneOf = ({ loaded }: { loaded: Record<string, unknown> }): Scene =>
  loaded.scene as Scene
