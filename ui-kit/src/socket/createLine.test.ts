/** The shell around the machine: clocks that sleep and jump, sockets that misbehave, other pages. */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { PING, PONG } from '../protocol/frames.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSeed } from '../testing/createSeed.ts'
import { systemClock } from './Clock.ts'
import { type Connection, createLine, type Line, type LineOptions } from './createLine.ts'
import { createWires } from './createWires.test.ts'
import type { WebSocketLike } from './WebSocketLike.ts'

function start(
  options: Partial<LineOptions> = {},
  heard = (_connection: Connection, _line: Line) => {},
) {
  const { platform, ...ground } = createWires()
  const told: Connection[] = []
  const texts: string[] = []
  const line: Line = createLine(
    { ...platform, url: 'ws://chat.test/raw', heartbeat: true, ...options },
    {
      onText: (text) => texts.push(text),
      onConnection(connection) {
        told.push(connection)
        // At the first dial there is no line yet.
        if (told.length > 1) heard(connection, line)
        if (connection.phase === 'syncing') line.tell('ready')
      },
    },
  )
  return { ...ground, told, texts, line, phase: () => line.connection().phase }
}

/** A clock that goes on while its timers sleep, as a computer does under its lid. */
function createSleepyClock() {
  const clock = createManualClock()
  let sleptMs = 0
  return {
    now: () => clock.now() + sleptMs,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    advance: clock.advance,
    sleep: (ms: number) => {
      sleptMs += ms
    },
  }
}

describe('a computer that sleeps', () => {
  const TWO_HOURS_MS = 7_200_000

  test('[F20] a live line is asked by its first timer after it, and has 5 s; by a hint of the page, 3 s', () => {
    for (const [hint, limitMs] of [
      [undefined, 5_000],
      ['visible', 3_000],
    ] as const) {
      const clock = createSleepyClock()
      const { wire, wires, page, phase } = start({ clock })
      wire().opened()
      clock.advance(24_000)
      clock.sleep(TWO_HOURS_MS)
      if (hint) page.say(hint)
      else clock.advance(1_000)
      expect(wire().sent).toEqual([PING])
      clock.advance(limitMs - 1)
      expect(phase()).toBe('live')
      clock.advance(1)
      expect(phase()).toBe('waiting')
      clock.advance(550)
      expect(wires).toHaveLength(2)
    }
  })

  test('[F20] a wait that ran out in its sleep ends with its first timer, a dial with its budget', () => {
    const clock = createSleepyClock()
    const { wire, wires, phase, line } = start({ clock })
    wire().closed(1006, '', false)
    clock.sleep(TWO_HOURS_MS)
    clock.advance(550)
    expect(phase()).toBe('connecting')
    clock.sleep(TWO_HOURS_MS)
    clock.advance(10_000)
    expect(line.connection()).toMatchObject({ phase: 'waiting', attempt: 2 })
    clock.advance(1_050)
    expect(wires).toHaveLength(3)
  })

  test('[F30] the wall clock may jump two hours either way: nothing times out, nothing hangs', () => {
    for (const jumpMs of [TWO_HOURS_MS, -TWO_HOURS_MS]) {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
      onTestFinished(() => void vi.useRealTimers())
      const { wire, wires, phase, line } = start({ clock: systemClock })
      wire().opened()
      vi.setSystemTime(Date.now() + jumpMs)
      vi.advanceTimersByTime(24_999)
      expect(wire().sent).toEqual([])
      vi.advanceTimersByTime(1)
      expect(wire().sent).toEqual([PING])
      vi.setSystemTime(Date.now() + jumpMs)
      vi.advanceTimersByTime(4_999)
      expect(phase()).toBe('live')
      vi.advanceTimersByTime(1)
      expect(phase()).toBe('waiting')
      vi.setSystemTime(Date.now() + jumpMs)
      vi.advanceTimersByTime(550)
      expect(wires).toHaveLength(2)
      line.close()
      vi.useRealTimers()
    }
  })
})

describe('a socket that misbehaves', () => {
  test('[F08] `open` of a socket whose `close` is on its way connects nobody', () => {
    const sockets: (EventTarget & WebSocketLike)[] = []
    class Dead extends EventTarget {
      readonly readyState = 3
      readonly bufferedAmount = 0
      constructor() {
        super()
        sockets.push(this as never)
      }
      send() {}
      close() {}
    }
    const { told, phase } = start({ WebSocket: Dead as never })
    sockets[0]?.dispatchEvent(new Event('open'))
    expect(phase()).toBe('connecting')
    sockets[0]?.dispatchEvent(Object.assign(new Event('close'), { code: 1011, reason: 'x' }))
    expect(told.map((connection) => connection.phase)).toEqual(['connecting', 'waiting'])
    expect(told.at(-1)?.close).toMatchObject({ code: 1011, reason: 'x' })
  })

  test('[F19] one that fires its `close` inside of close() ends nothing but itself', () => {
    const sockets: EventTarget[] = []
    class Hasty extends EventTarget {
      readonly readyState = 1
      readonly bufferedAmount = 0
      constructor() {
        super()
        sockets.push(this)
      }
      send() {}
      close() {
        this.dispatchEvent(Object.assign(new Event('close'), { code: 1000, reason: '' }))
      }
    }
    const { line, phase } = start({ WebSocket: Hasty as never })
    sockets[0]?.dispatchEvent(new Event('open'))
    line.reconnect()
    expect(sockets).toHaveLength(2)
    expect(phase()).toBe('connecting')
    sockets[1]?.dispatchEvent(new Event('open'))
    expect(phase()).toBe('live')
  })

  test('[F15] an attempt has time for a browser that holds dials back: more than 8 s', () => {
    const { clock, wire, wires, phase } = start()
    clock.advance(9_999)
    expect(phase()).toBe('connecting')
    wire().opened()
    expect(phase()).toBe('live')
    expect(wires).toHaveLength(1)
  })

  test('a policy that throws is told, and the line is dialled again', () => {
    const { clock, wire, wires, phase } = start({
      shouldReconnect: () => {
        throw new Error('mine')
      },
    })
    const nextTick = vi.spyOn(process, 'nextTick').mockImplementation((run) => {
      expect(run).toThrow('mine')
    })
    wire().opened()
    wire().closed(1012, '', true)
    expect(nextTick).toHaveBeenCalledOnce()
    nextTick.mockRestore()
    expect(phase()).toBe('waiting')
    clock.advance(550)
    expect(wires).toHaveLength(2)
  })
})

describe('a line that is cut', () => {
  test('[F35] [F38] a restart, or no code at all: back within a second, after a wait of its own', () => {
    for (const code of [1001, 1005, 1006, 1012]) {
      const returnsMs = [0, 0.3, 0.999].map((draw) => {
        const { clock, wire, wires, line } = start({ random: () => draw })
        wire().opened()
        clock.advance(20_000)
        wire().closed(code, '', code !== 1006)
        expect(line.connection()).toMatchObject({ phase: 'waiting', attempt: 1, close: { code } })
        const lostMs = clock.now()
        while (wires.length === 1) clock.advance(1)
        return clock.now() - lostMs
      })
      expect(returnsMs).toEqual([100, 370, 1_000])
    }
  })

  test('[F46] a deploy drops 100 lines at one moment: all are back within 5 s, never many at once', () => {
    const random = createSeed(46)
    const lines = Array.from({ length: 100 }, () => start({ random, crowd: () => 100 }))
    for (const { wire } of lines) wire().opened()
    for (const { wire } of lines) wire().closed(1012, 'deploy', true)
    const dialled = () => lines.filter(({ wires }) => wires.length === 2).length
    let busiest = 0
    for (let ms = 0; ms < 5_000; ms += 100) {
      const before = dialled()
      for (const { clock } of lines) clock.advance(100)
      busiest = Math.max(busiest, dialled() - before)
    }
    expect(dialled()).toBe(100)
    expect(busiest).toBeLessThanOrEqual(10)
  })

  test('a listener that dials again when it is told of a loss hears all in order, and twice of nothing', () => {
    const phases: string[] = []
    const { wire, wires, phase } = start({}, (connection, line) => {
      if (connection.phase === 'waiting') line.reconnect()
      phases.push(connection.phase)
    })
    wire().opened()
    wire().closed(1006, '', false)
    expect(wires).toHaveLength(2)
    wire().opened()
    expect(phases).toEqual(['syncing', 'live', 'waiting', 'connecting', 'syncing', 'live'])
    expect(phase()).toBe('live')
  })
})

describe('times', () => {
  test('[F09] a time that was left undefined is the usual one; one that is no time is refused at once', () => {
    const usual = start({ heartbeat: true })
    const { clock, wire, wires, phase } = start({
      backoff: { baseMs: undefined, floorMs: undefined, maxMs: undefined } as never,
      heartbeat: { send: undefined, reply: undefined, intervalMs: undefined } as never,
      connectTimeoutMs: undefined as never,
    })
    for (const line of [usual, { clock, wire, wires, phase }]) {
      line.wire().opened()
      line.clock.advance(25_000)
      expect(line.wire().sent).toEqual([PING])
      line.clock.advance(5_000)
      expect(line.phase()).toBe('waiting')
      line.clock.advance(549)
      expect(line.wires).toHaveLength(1)
      line.clock.advance(1)
      expect(line.wires).toHaveLength(2)
      line.clock.advance(10_000)
      expect(line.phase()).toBe('waiting')
    }
    for (const ms of [Number.NaN, 0, -1, Infinity, '5s'] as number[])
      for (const [name, options] of [
        ['baseMs', { backoff: { baseMs: ms } }],
        ['floorMs', { backoff: { floorMs: ms } }],
        ['maxMs', { backoff: { maxMs: ms } }],
        ['intervalMs', { heartbeat: { send: 'a', reply: 'b', intervalMs: ms } }],
        ['timeoutMs', { heartbeat: { send: 'a', reply: 'b', timeoutMs: ms } }],
        ['connectTimeoutMs', { connectTimeoutMs: ms }],
      ] as const) {
        const message = expect.stringContaining(`${name} is ${ms}; give ms above 0`)
        expect(() => start(options), `${name} ${ms}`).toThrow(
          expect.objectContaining({ code: 'bad_option', message }),
        )
      }
  })

  test('a delay above what a platform can count is not taken for none', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const delaysMs = vi.spyOn(globalThis, 'setTimeout')
    const { line } = start({ clock: systemClock, connectTimeoutMs: 2 ** 34 })
    expect(delaysMs.mock.calls.map(([, delayMs]) => delayMs)).toEqual([2 ** 31 - 1])
    line.close()
  })
})

describe('out of sight', () => {
  test('[F23] who has something unsent dials out of sight as in sight, unless the page goes away', () => {
    let isBusy = true
    const options = { isBusy: () => isBusy }
    const { clock, wire, wires, page, phase } = start(options)
    wire().opened()
    wire().closed(1006, '', false)
    page.visible = false
    page.say('hidden')
    expect(phase()).toBe('waiting')
    for (let second = 0; second < 120; second++) {
      clock.advance(1_000)
      wire().closed(1006, '', false)
    }
    // 0.55, 1.05, 2.05, 4.05, 8.05 and then 15.05 s each.
    expect(wires).toHaveLength(12)
    isBusy = false
    clock.advance(16_000)
    wire().closed(1006, '', false)
    expect(phase()).toBe('paused')

    isBusy = true
    const gone = start(options)
    gone.wire().opened()
    for (const event of ['pagehide', 'hidden'] as const) {
      gone.page.say(event)
      gone.page.visible = false
    }
    gone.clock.advance(60_000)
    expect([gone.phase(), gone.wires.length]).toEqual(['paused', 1])
  })

  test('[F60] a hidden tab keeps its socket, whatever is still unanswered on it', () => {
    const { clock, wire, wires, page, line, phase } = start()
    wire().opened()
    line.send('unanswered')
    page.visible = false
    page.say('hidden')
    for (let ping = 0; ping < 250; ping++) {
      clock.advance(25_000)
      wire().received(PONG)
    }
    expect(wires).toHaveLength(1)
    expect(phase()).toBe('live')
    expect(wire().closedWith).toBeUndefined()
  })

  test('[F23] a hidden tab without a server dials 12 times an hour at most', () => {
    const { clock, wires, page } = start()
    page.visible = false
    page.say('hidden')
    for (let second = 0; second < 3_600; second++) {
      wires.at(-1)?.closed(1006, '', false)
      clock.advance(1_000)
    }
    expect(wires.length).toBeGreaterThan(10)
    expect(wires.length).toBeLessThanOrEqual(13)
  })
})

describe('a heartbeat', () => {
  test('[F22] hints in a row give an unanswered ping no more time; a sleep does', () => {
    const { clock, wire, page, phase } = start()
    wire().opened()
    clock.advance(10)
    for (let ms = 0; ms < 3_000; ms += 1_000) {
      page.say(ms % 2_000 ? 'online' : 'visible')
      expect(phase()).toBe('live')
      clock.advance(1_000)
    }
    expect(phase()).toBe('waiting')

    const sleepy = createSleepyClock()
    const slept = start({ clock: sleepy })
    slept.wire().opened()
    sleepy.advance(10)
    slept.page.say('visible')
    sleepy.sleep(60_000)
    slept.page.say('visible')
    sleepy.advance(2_999)
    expect(slept.phase()).toBe('live')
  })

  test('[F34] a new socket owes no answer to an old ping, and is asked after a silence of its own', () => {
    const { clock, wire, phase } = start()
    wire().opened()
    clock.advance(30_000)
    expect(phase()).toBe('waiting')
    clock.advance(550)
    wire().opened()
    clock.advance(24_999)
    expect(wire().sent).toEqual([])
    clock.advance(1)
    expect(wire().sent).toEqual([PING])
    expect(phase()).toBe('live')
  })

  test('there is one timer at most, and none after the end', () => {
    const clock = createManualClock()
    const timers = new Set<unknown>()
    const { wire, page, line } = start({
      clock: {
        now: clock.now,
        setTimeout(run, delayMs) {
          const handle = clock.setTimeout(() => {
            timers.delete(handle)
            run()
          }, delayMs)
          timers.add(handle)
          return handle
        },
        clearTimeout(handle) {
          timers.delete(handle)
          clock.clearTimeout(handle)
        },
      },
    })
    for (let round = 0; round < 5; round++) {
      wire().opened()
      page.say('visible')
      clock.advance(1_000)
      expect(timers.size).toBe(1)
      wire().closed(1012, '', true)
      clock.advance(3_000)
      expect(timers.size).toBe(1)
      line.reconnect()
    }
    line.close()
    expect(timers.size).toBe(0)
  })

  test('[F31] nothing is asked where both directions are in use; who only hears or only speaks asks', () => {
    for (const [hears, speaks, pings] of [
      [true, true, 0],
      [true, false, 4],
      [false, true, 4],
    ] as const) {
      const { clock, wire, wires, line, texts } = start()
      wire().opened()
      for (let second = 1; second < 125; second++) {
        clock.advance(1_000)
        // The other side always answers a ping.
        if (hears || wire().sent.at(-1) === PING) wire().received(hears ? 'word' : PONG)
        if (speaks) line.send('word')
      }
      expect(wire().sent.filter((text) => text === PING)).toHaveLength(pings)
      expect(wires).toHaveLength(1)
      expect(texts.includes(PONG)).toBe(false)
    }
  })
})
