/**
 * One page of a browser, seen from what runs in it: timers, sockets, signals and locks that stop
 * while it is frozen, come late when it thaws, and never come once it is gone.
 *
 * Knows no session.
 */

import type { TabLocks } from '../src/session/createTabs.ts'
import type { Clock } from '../src/socket/Clock.ts'
import type { NetworkEvent, NetworkSignals } from '../src/socket/networkSignals.ts'
import type { WebSocketClass } from '../src/socket/WebSocketLike.ts'
import type { Locks } from './createLocks.ts'
import { createPageSocketClass, type SocketEar } from './createPageSocketClass.ts'

export interface PageOptions {
  clock: Clock
  WebSocket: WebSocketClass
  locks: Locks | undefined
  ear: SocketEar
  isOnline(): boolean
}

export class Page {
  readonly clock: Clock
  readonly WebSocket: WebSocketClass
  readonly network: NetworkSignals
  readonly locks: TabLocks | undefined
  isVisible = true
  /** when it last began to run; ms of the world's clock */
  runsSinceMs: number
  readonly #options: PageOptions
  readonly #listeners = new Set<(event: NetworkEvent) => void>()
  readonly #sockets = new Set<{ end(): void }>()
  #life: 'running' | 'frozen' | 'gone' = 'running'
  #held: (() => void)[] = []
  #timers = 0

  constructor(options: PageOptions) {
    const { clock, locks } = options
    this.#options = options
    this.runsSinceMs = clock.now()
    this.clock = this.#createClock(clock)
    this.WebSocket = createPageSocketClass(options.WebSocket, options.ear, {
      // A ticket that comes late finds no page any more.
      opened: (socket) => (this.#life === 'gone' ? socket.end() : this.#sockets.add(socket)),
      do: (run) => this.do(run),
    })
    this.network = {
      isOnline: () => options.isOnline(),
      isVisible: () => this.isVisible,
      subscribe: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    const held = locks?.of(this)
    this.locks = held && {
      request: (name, how, run) =>
        held.request(name, how, () => new Promise((resolve) => this.do(() => resolve(run())))),
    }
  }

  get life() {
    return this.#life
  }

  /** timers that are set */
  get timers(): number {
    return this.#timers
  }

  /** who listens to the page's signals */
  get listeners(): number {
    return this.#listeners.size
  }

  /** Run it now, when the page thaws, or never. */
  do(run: () => void): void {
    if (this.#life === 'running') run()
    else if (this.#life === 'frozen') this.#held.push(run)
  }

  say(event: NetworkEvent): void {
    if (event === 'visible' || event === 'hidden') this.isVisible = event === 'visible'
    this.do(() => {
      for (const listener of [...this.#listeners]) listener(event)
    })
  }

  freeze(): void {
    if (this.#life === 'running') this.#life = 'frozen'
  }

  thaw(): void {
    if (this.#life !== 'frozen') return
    this.#life = 'running'
    this.runsSinceMs = this.#options.clock.now()
    const held = this.#held
    this.#held = []
    for (const run of held) this.do(run)
  }

  /** Closed, reloaded or crashed: the browser lets go of what it held. */
  end(): void {
    if (this.#life === 'gone') return
    this.#life = 'gone'
    this.#held = []
    for (const socket of this.#sockets) socket.end()
    this.#options.locks?.letGo(this)
  }

  #createClock(clock: Clock): Clock {
    const isSet = new Map<object, unknown>()
    return {
      now: () => clock.now(),
      setTimeout: (run, delayMs) => {
        const timer = {}
        const ring = () => {
          // Cleared while it was held back.
          if (!isSet.delete(timer)) return
          this.#timers -= 1
          run()
        }
        this.#timers += 1
        isSet.set(
          timer,
          clock.setTimeout(() => this.do(ring), delayMs),
        )
        return timer
      },
      clearTimeout: (timer) => {
        if (!isSet.has(timer as object)) return
        clock.clearTimeout(isSet.get(timer as object))
        isSet.delete(timer as object)
        this.#timers -= 1
      },
    }
  }
}
