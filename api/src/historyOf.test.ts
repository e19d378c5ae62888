import type { Message } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { type RoomOptions, withRoom } from '../test/withRoom.ts'
import type { Respond } from './Turn.ts'

const textsOf = (messages: readonly Message[]) =>
  messages.map(({ parts: [part] }) => (part && 'text' in part ? part.text : ''))

/** An agent that answers when it is told to, and what each of its turns had read. */
function reader() {
  const read: string[][] = []
  let go = () => {}
  const hold = new Promise<void>((resolve) => {
    go = resolve
  })
  const respond: Respond = async function* (turn) {
    await hold
    read.push(textsOf(turn.history))
    yield `to ${textsOf([turn.message])[0]?.slice(0, 8)}`
  }
  const options: RoomOptions = { respond }
  return { read, go, options }
}

const cid = (n: number) => `cid-${1_000 + n}`

test('[W9] what waits behind a question takes none of the room of its history', () => {
  const { read, go, options } = reader()
  return withRoom(options, async (room) => {
    room.say(cid(0), 'first')
    for (let n = 1; n < 8; n++) room.say(cid(n), `${n}${'x'.repeat(250_000)}`)
    go()
    for (let n = 0; n < 8; n++) await room.settle()
    expect(read[1]).toEqual(['first', 'to first'])
    const begins = (texts: readonly string[] = []) => texts.map((text) => text.slice(0, 5))
    const pairs = (...ns: number[]) => ns.flatMap((n) => [`${n}xxxx`, `to ${n}x`])
    expect(begins(read[2])).toEqual(['first', 'to fi', ...pairs(1)])
    // The newest MiB.
    expect(begins(read[7])).toEqual(pairs(3, 4, 5, 6))
  })
})

test('[W9] the newest answers are read, however far behind their questions they stand', () => {
  const { read, go, options } = reader()
  return withRoom(options, async (room) => {
    for (let n = 0; n < 300; n++) room.say(cid(n), `q${n}`, `u${n % 10}`)
    go()
    while (read.length < 300) await room.settle()
    const newest = (last: number) =>
      Array.from({ length: 50 }, (_, i) => last - 49 + i).flatMap((n) => [`q${n}`, `to q${n}`])
    expect(read[299]).toEqual(newest(298))
    expect(read[30]).toEqual(newest(29).slice(-60))
  })
})
