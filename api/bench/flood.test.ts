/** A flood is no measurement where a server loses, doubles, reorders or invents a message. */

import { expect, test } from 'vitest'
import { flood } from './flood.ts'
import type { Line } from './Line.ts'
import { plain } from './targets.ts'

/** Two people in a room whose server hands the second one's copy of a text to `deliver`. */
function room(deliver: (line: Line, data: Buffer) => void): Line[] {
  const lines: Line[] = [0, 1].map(() => ({
    onData: () => {},
    bytes: 0,
    close: () => {},
    send: (text) =>
      setTimeout(() => {
        const data = Buffer.from(JSON.stringify({ type: 'echo', data: JSON.parse(text) }))
        lines[0]?.onData(data)
        if (lines[1]) deliver(lines[1], data)
      }),
  }))
  return lines
}

const run = (lines: Line[]) =>
  flood({
    target: plain,
    lines,
    senders: 1,
    inFlight: 2,
    forMs: 20,
    pid: process.pid,
    stalledMs: 50,
  })

test('who gives everybody everything is measured', async () => {
  const sample = await run(room((line, data) => line.onData(data)))
  expect(sample.perSecond).toBeGreaterThan(0)
  expect(sample.p50).toBeLessThanOrEqual(sample.p99 ?? 0)
})

test.each<[string, (line: Line, data: Buffer) => void, RegExp]>([
  ['loses one', () => {}, /did not reach everybody/],
  [
    'doubles one',
    (line, data) => {
      line.onData(data)
      line.onData(data)
    },
    /came twice|person 1 got/,
  ],
  ['invents one', (line) => line.onData(textOf(-1)), /person 1 got -1/],
  ['swaps two', swapping(), /person 1 got/],
])('a server that %s is found out', async (_, deliver, message) => {
  await expect(run(room(deliver))).rejects.toThrow(message)
})

/** Holds one back until the next has come. */
function swapping(): (line: Line, data: Buffer) => void {
  let held: Buffer | undefined
  return (line, data) => {
    if (held === undefined) {
      held = data
      return
    }
    line.onData(data)
    line.onData(held)
    held = undefined
  }
}

const textOf = (n: number) =>
  Buffer.from(JSON.stringify({ type: 'echo', data: { type: 'chat', text: String(n) } }))
