/**
 * The way between one device and the fake server, with a switch for each thing that can
 * go wrong on it.
 *
 * Frames stay in order unless `reorder` is on; delays come from the clock and chance
 * from the seed, so a run repeats.
 */

import type { ClientFrame, ServerFrame } from '../protocol/index.ts'
import { createFakeWebSocketClass, type FakeWebSocketClass } from './createFakeWebSocketClass.ts'
import { FakeWire, type FakeWireOptions } from './FakeWire.ts'
import { type FaultCounts, NetworkFaults } from './NetworkFaults.ts'

/** Every switch stays as it is until it is called again. */
export interface FakeNetwork {
  /** Give this to `createSession` or `createReconnectingWebSocket`. */
  readonly WebSocket: FakeWebSocketClass
  /** End all open sockets. 1006 (the default) cuts them without a close frame. */
  drop(code?: number, reason?: string): void
  /** Refuse to connect: for as long as it is on, or the next `n` times. */
  refuse(on: boolean | number): void
  /** Leave upgrades without an answer: for as long as it is on, or the next `n` times. */
  stall(on: boolean | number): void
  /**
   * The path is dead and nobody says so: sockets open and stay open, and whatever is sent
   * either way is swallowed. A `close()` of the page ends after 60 s, with 1006.
   */
  halfOpen(on: boolean): void
  /** The cable is pulled: open sockets end with 1006, new ones fail. */
  offline(on: boolean): void
  /** Each frame takes `ms` and up to `jitterMs` more, each way; order stays. */
  latency(delay: { ms: number; jitterMs?: number }): void
  /** Each socket carries so many bytes a second, each way; Infinity (the default) ends that. */
  bandwidth(bytesPerSecond: number): void
  /** The next `count` (1) frames of this type never reach the client. */
  loseNext(type: ServerFrame['type'], count?: number): void
  /** The next `count` (1) frames of this type never reach the server. */
  ignoreNext(type: ClientFrame['type'], count?: number): void
  /** Skip one durable change: the client sees a hole in seq when the one after it arrives. */
  gap(): void
  /** The next `count` (1) frames of this type reach the client twice. */
  duplicateNext(type: ServerFrame['type'], count?: number): void
  /** Each `msg`, `delta`, `part` and `ack` comes twice. */
  duplicate(on: boolean): void
  /** About half of all `msg`, `delta` and `part` frames change places with the one behind them. */
  reorder(on: boolean): void
  /** How often each fault has hit. */
  readonly faults: Readonly<FaultCounts>
  /** sockets that are open now */
  readonly open: number
  /** sockets that the page has made so far */
  readonly dials: number
}

export function createFakeNetwork(
  options: Pick<FakeWireOptions, 'clock' | 'random' | 'accept' | 'onFrame'>,
): FakeNetwork {
  const faults = new NetworkFaults()
  const wires = new Set<FakeWire>()
  let dials = 0

  const openWires = () => {
    for (const wire of wires) if (wire.isEnded) wires.delete(wire)
    return [...wires].filter((wire) => wire.isOpen)
  }
  const drop = (code = 1006, reason = '') => {
    for (const wire of openWires()) {
      faults.counts.dropped += 1
      wire.close(code, reason)
    }
  }

  return {
    WebSocket: createFakeWebSocketClass((url, downlink) => {
      dials += 1
      const wire = new FakeWire({ ...options, url, downlink, faults })
      wires.add(wire)
      return wire.uplink
    }),
    drop,
    refuse(on) {
      faults.refusals = timesOf(on)
    },
    stall(on) {
      faults.stallings = timesOf(on)
    },
    halfOpen(on) {
      faults.isHalfOpen = on
    },
    offline(on) {
      faults.isOffline = on
      if (on) drop()
    },
    latency({ ms, jitterMs = 0 }) {
      faults.delay = { ms, jitterMs }
    },
    bandwidth(bytesPerSecond) {
      if (!(bytesPerSecond > 0))
        throw new RangeError(
          `session-kit: bandwidth(${bytesPerSecond}) carries nothing; halfOpen(true) does that`,
        )
      faults.bytesPerSecond = bytesPerSecond
    },
    loseNext: (type, count = 1) => faults.loseNext(type, count),
    ignoreNext: (type, count = 1) => faults.ignoreNext(type, count),
    gap: () => faults.loseNext('msg', 1),
    duplicateNext: (type, count = 1) => faults.duplicateNext(type, count),
    duplicate(on) {
      faults.isDuplicating = on
    },
    reorder(on) {
      faults.isReordering = on
    },
    faults: faults.counts,
    get open() {
      return openWires().length
    },
    get dials() {
      return dials
    },
  }
}

const timesOf = (on: boolean | number): number =>
  on === true ? Number.POSITIVE_INFINITY : Number(on)
