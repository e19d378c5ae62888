import { expect, test } from 'vitest'
import { withRoom } from '../test/withRoom.ts'
import { WAITING_OF_ONE, WAITING_TURNS } from './TurnTable.ts'

test('[W8][T17] the end of a turn costs the same, however many wait', () =>
  withRoom({ respond: async function* () {} }, async (room) => {
    const readBy = async (waiting: number) => {
      for (let n = 0; n < waiting; n++) room.say(`cid-of-${waiting}-${n}`, 'x', `u${n % 20}`)
      const before = room.events.length
      room.rows()
      await room.settle()
      const ended = room.events.length - before
      expect(ended).toBeGreaterThan(5)
      return room.rows().read / ended
    }
    const few = await readBy(20)
    const many = await readBy(800)
    expect(many).toBeLessThan(few + 5)
  }))

test('[W8][T17] more messages than may wait are refused, to come again, until a turn has ended', () =>
  withRoom({ respond: async function* () {} }, async (room) => {
    const cid = (n: number) => `cid-${n + 1_000}`
    const say = (n: number) => room.say(cid(n), 'x', `u${n % 20}`)
    for (let n = 0; n < WAITING_TURNS; n++) expect(say(n)).toMatchObject({ ok: true })
    const busy = { ok: false, code: 'busy', retryable: true }
    expect(room.say(cid(WAITING_TURNS), 'x', 'late')).toMatchObject(busy)
    expect(say(7)).toMatchObject({ ok: true, dup: true })
    const { head } = room.log.load() ?? {}
    expect(head).toBe(WAITING_TURNS + 1)
    await room.settle()
    expect(room.say(cid(WAITING_TURNS), 'x', 'late')).toMatchObject({ ok: true, dup: false })
  }))

test('[T17][W8] who fills the places of one person, by sends and by again, is refused alone', () =>
  withRoom({ respond: async function* () {} }, async (room) => {
    const busy = { ok: false, code: 'busy', retryable: true }
    const stored = { ok: true, dup: false }
    for (const cid of ['cid-of-bob', 'cid-of-bob-too']) room.say(cid, 'x', 'bob')
    await room.settle()
    const answers = room.messages().flatMap(({ role, id }) => (role === 'assistant' ? [id] : []))
    const [answer, other] = answers as [string, string]
    expect(room.again('again-by-ada', answer, 'ada')).toMatchObject(stored)
    const cid = (n: number) => `cid-${n + 1_000}`
    for (let n = 1; n < WAITING_OF_ONE; n++)
      expect(room.say(cid(n), 'x', 'ada')).toMatchObject(stored)
    expect(room.say('one-too-many', 'x', 'ada')).toMatchObject(busy)
    expect(room.say(cid(7), 'x', 'ada')).toMatchObject({ ok: true, dup: true })
    expect(room.again('again-too-many', other, 'ada')).toMatchObject(busy)
    expect(room.again('again-by-bob', other, 'bob')).toMatchObject(stored)
    await room.settle()
    expect(room.say('one-too-many', 'x', 'ada')).toMatchObject(stored)
  }))

test('[T17][W8] places that one person takes and gives up again are free for everybody else', () =>
  withRoom({ respond: async function* () {} }, async (room) => {
    const stored = { ok: true, dup: false }
    for (let n = 0; n < WAITING_TURNS; n++) {
      expect(room.say(`cid-${n + 1_000}`, 'x', 'eve')).toMatchObject(stored)
      // Between the first one, which nobody takes away, and the last.
      if (n > 1) room.log.turns.dropWaiting(n + 1)
    }
    expect(room.all('SELECT count(*) AS waiting FROM turns')).toEqual([{ waiting: 2 }])
    expect(room.say('cid-of-bob', 'x', 'bob')).toMatchObject(stored)
  }))
