import type { Message } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { inside, newSession, textOf } from '../test/TestClient.ts'
import { MessageLog } from './MessageLog.ts'

interface Counted {
  log: MessageLog
  storage: DurableObjectStorage
  /** the same tables as an instance finds them that has just woken */
  reopened(): MessageLog
  /** rows read and written since the last call */
  rows(): { read: number; written: number }
}

const upTo = (most: number) => (bytes: number) => bytes <= most

/** A log on the SQLite of a session of its own, with its rows counted. */
function withLog<R>(run: (counted: Counted) => R): Promise<R> {
  return inside(newSession(), (_, { storage }) => {
    let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
    const reopened = () =>
      new MessageLog((query, ...values) => {
        const cursor = storage.sql.exec(query, ...values)
        cursors.push(cursor)
        return cursor
      })
    const log = reopened()
    const rows = () => {
      const sum = (of: 'rowsRead' | 'rowsWritten') =>
        cursors.reduce((total, cursor) => total + cursor[of], 0)
      const counts = { read: sum('rowsRead'), written: sum('rowsWritten') }
      cursors = []
      return counts
    }
    log.load()
    log.create('s', 'epoch-of-this-log')
    rows()
    return run({ log, storage, reopened, rows })
  })
}

const user = (text: string): Omit<Message, 'id' | 'pos' | 'seq'> => ({
  role: 'user',
  author: { id: 'u', name: 'U' },
  state: 'done',
  parts: [{ type: 'text', text }],
  createdAt: 0,
})

const answer = (): Omit<Message, 'id' | 'pos' | 'seq'> => ({
  ...user(''),
  role: 'assistant',
  state: 'streaming',
  parts: [],
})

const fill = (log: MessageLog, count: number) => {
  for (let i = 0; i < count; i++) log.insert(user(`${i}`))
  log.save()
}

test('[W9][S43] a flush of growing text writes one row, however long the text is already', () =>
  withLog(({ log, rows }) => {
    const { pos } = log.insert(answer())
    rows()
    let length = 0
    for (let i = 0; i < 300; i++) {
      const text = 'x'.repeat(1_000)
      log.grow(pos, 0, 'text', length, text)
      length += text.length
    }
    expect(rows().written).toBe(300)
    expect(textOf(log.finish(pos, 'done')).length).toBe(300_000)
    expect(rows().written).toBeLessThan(20)
  }))

test('[W9] growing text is cut into rows that stay small', () =>
  withLog(({ log, storage }) => {
    const { pos } = log.insert(answer())
    for (let from = 0; from < 200_000; from += 5_000)
      log.grow(pos, 0, 'text', from, 'y'.repeat(5_000))
    const lengths = storage.sql
      .exec<{ n: number }>('SELECT length(value) AS n FROM parts')
      .toArray()
    expect(lengths.length).toBeGreaterThan(5)
    for (const { n } of lengths) expect(n).toBeLessThan(40_000)
  }))

test('[W9] a streaming message is read as far as it has grown, in the order of its parts', () =>
  withLog(({ log }) => {
    const { pos } = log.insert(answer())
    log.grow(pos, 0, 'reasoning', 0, 'h\u0000m')
    log.put(pos, 1, { type: 'data', name: 'd', value: { a: [1] } })
    log.grow(pos, 2, 'text', 0, 'one ')
    log.put(pos, 1, { type: 'data', name: 'd', value: 2 })
    log.grow(pos, 2, 'text', 4, 'two')
    const parts = [
      { type: 'reasoning', text: 'h\u0000m' },
      { type: 'data', name: 'd', value: 2 },
      { type: 'text', text: 'one two' },
    ]
    expect(log.get(pos)?.parts).toEqual(parts)
    expect(log.finish(pos, 'cancelled')).toMatchObject({ pos, seq: 2, state: 'cancelled', parts })
    expect(log.get(pos)?.parts).toEqual(parts)
  }))

test('[W15][S04] waking reads and resuming cost the same, however much is stored', () =>
  withLog(({ log, reopened, rows }) => {
    fill(log, 20)
    const costs = [20, 3_000].map((stored) => {
      fill(log, stored - (log.meta?.head ?? 0))
      rows()
      reopened().load()
      const wake = rows().read
      log.since(stored - 3, 500, upTo(1_000_000), 0)
      const resume = rows().read
      log.page(10, 5, 1_000_000)
      return { wake, resume, page: rows().read }
    })
    expect(costs[1]).toEqual(costs[0])
    expect(costs[0]?.wake).toBeLessThan(20)
  }))

test('[W2] a stored message writes a handful of rows', () =>
  withLog(({ log, rows }) => {
    const { pos, seq } = log.insert(user('x'))
    log.sent.add('u', 'cid-0001', { pos, seq, hash: 'h' }, null)
    log.turns.add(pos, 'u')
    log.save()
    log.save()
    expect(rows().written).toBe(4)
  }))

test('[W1] a transaction that is rolled back leaves no trace', () =>
  withLog(({ log, storage, reopened }) => {
    fill(log, 2)
    const { meta } = log
    const restore = log.mark()
    expect(() =>
      storage.transactionSync(() => {
        log.insert(user('lost'))
        log.setStatus('working')
        log.save()
        throw new Error('rolled back')
      }),
    ).toThrow('rolled back')
    restore()
    expect(log.load()).toEqual(meta)
    expect(log.insert(user('kept')).seq).toBe(3)
    log.setStatus('working')
    log.save()
    expect(reopened().load()).toEqual({ ...meta, head: 3, status: 'working' })
  }))

test('[W2] the head is known to whoever wakes, though no row but a message tells it', () =>
  withLog(({ log, reopened }) => {
    const wakes = () => reopened().load()?.head
    expect(wakes()).toBe(0)
    fill(log, 3)
    expect(wakes()).toBe(3)
    log.remove(1)
    expect(wakes()).toBe(4)
    // The newest change goes with its message: only the floor still tells of it.
    for (const { pos, seq } of [
      { pos: 1, seq: 4 },
      { pos: 2, seq: 2 },
      { pos: 3, seq: 3 },
    ])
      log.prune({ pos, seq, atMs: 0, author: 'u', cid: null }, 0)
    log.save()
    expect([wakes(), log.meta?.head, reopened().load()?.floor]).toEqual([4, 4, 4])
    const later = reopened()
    later.load()
    expect(later.insert(user('next')).seq).toBe(5)
  }))

test('[W3] a snapshot keeps to both limits and begins with the streaming message', () =>
  withLog(({ log, rows }) => {
    fill(log, 5)
    const { pos } = log.insert(answer())
    log.turns.add(1, 'u')
    log.turns.start(1, pos)
    fill(log, 4)
    const read = (maxMessages: number, maxBytes = 1_000_000) => {
      const { messages, hasOlder } = log.newest(maxMessages, upTo(maxBytes))
      return [messages.map((message) => message.pos), hasOlder]
    }
    expect(read(20)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false])
    expect(read(5)).toEqual([[6, 7, 8, 9, 10], true])
    expect(read(2)).toEqual([[6, 9, 10], true])
    expect(read(20, 1)).toEqual([[6, 10], true])
    fill(log, 2_000)
    rows()
    expect(read(2)).toEqual([[6, 2_009, 2_010], true])
    expect(rows().read).toBeLessThan(20)
    const suffix = log.since(2_009, 10, upTo(1_000_000), 1_000_000)
    expect(suffix?.messages.map((message) => message.pos)).toEqual([6, 2_010])
  }))

test('[W3] too much by count or by bytes is no suffix', () =>
  withLog(({ log }) => {
    fill(log, 10)
    expect(log.since(5, 5, upTo(1_000_000), 0)?.messages).toHaveLength(5)
    expect(log.since(5, 4, upTo(1_000_000), 0)).toBeUndefined()
    expect(log.since(5, 5, upTo(300), 1_000_000)).toBeUndefined()
    const { messages, hasOlder } = log.newest(100, upTo(200))
    expect([messages.length, hasOlder]).toEqual([1, true])
  }))

test('[W4] a suffix says the same in one piece and in many, and never joins what grows', () =>
  withLog(({ log }) => {
    const seqs = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => from + n)
    fill(log, 40)
    log.edit(2, { parts: [{ type: 'text', text: 'ä, "later"' }] })
    const read = (cursor: number, pieceBytes: number) => {
      const span = log.since(cursor, 100, upTo(1_000_000), pieceBytes)
      const pieces = span?.messages ?? []
      const bytes = pieces.reduce((sum, piece) => sum + piece.bytes + 1, -1)
      const json = pieces.map((piece) => piece.json).join(',')
      expect(new TextEncoder().encode(json)).toHaveLength(Math.max(0, bytes))
      const messages: Message[] = JSON.parse(`[${json}]`)
      const lowest = Math.min(...pieces.map(({ pos }) => pos))
      return { pieces: pieces.length, seqs: messages.map(({ seq }) => seq), messages, lowest, span }
    }
    const [many, one] = [read(3, 10), read(3, 1_000_000)]
    expect([many.pieces, one.pieces]).toEqual([38, 1])
    expect(one.seqs).toEqual(seqs(4, 41))
    expect([one.messages, one.lowest, one.span?.hasOlder]).toEqual([many.messages, 2, true])
    expect(many.lowest).toBe(2)
    expect(read(41, 1_000_000)).toMatchObject({ pieces: 0, seqs: [] })
    expect(read(21, 1_000_000)).toMatchObject({ pieces: 20, seqs: seqs(22, 41) })
    const { pos } = log.insert(answer())
    log.turns.add(1, 'u')
    log.turns.start(1, pos)
    log.grow(pos, 0, 'text', 0, 'so far')
    fill(log, 25)
    expect(read(3, 1_000_000)).toMatchObject({ pieces: 3, seqs: seqs(4, 67) })
    for (const [cursor, pieces, all] of [
      [41, 2, seqs(42, 67)],
      [42, 2, seqs(42, 67)],
      [60, 8, [42, ...seqs(61, 67)]],
    ] as const) {
      const { messages, ...rest } = read(cursor, 1_000_000)
      expect(rest).toMatchObject({ pieces, seqs: all })
      expect(messages[0]?.parts).toEqual([{ type: 'text', text: 'so far' }])
    }
  }))

test('[W11] only ids of this log are found', () =>
  withLog(({ log }) => {
    fill(log, 40)
    const { id } = log.insert(user('x'))
    expect(log.posOf(id)).toBe(41)
    const strange = [
      '',
      '.',
      '1',
      `x${id}`,
      `${id}0`,
      id.toUpperCase(),
      'epoch-of.',
      '__proto__',
      'epoch-of.1.5',
    ]
    for (const other of strange) expect(log.posOf(other), other).toBeUndefined()
    expect(log.posOf('epoch-of.1e')).toBeUndefined()
  }))

test('[W2] an edit takes a seq and replaces what it names; a removal leaves an empty place', () =>
  withLog(({ log }) => {
    fill(log, 2)
    const parts = [{ type: 'text' as const, text: 'edited' }]
    const meta = { lang: 'en' }
    const edited = log.edit(1, { parts, meta })
    expect(edited).toMatchObject({ pos: 1, seq: 3, state: 'done', createdAt: 0, parts, meta })
    expect(log.edit(1, { meta: { lang: 'de' } })).toMatchObject({ seq: 4, parts })
    const removed = log.remove(1)
    expect(removed).toEqual({ ...edited, seq: 5, state: 'deleted', parts: [], meta: undefined })
    expect(log.get(1)).toEqual(removed)
    expect(
      log.since(2, 10, upTo(1_000_000), 0)?.messages.map(({ json }) => JSON.parse(json).seq),
    ).toEqual([5])
    const { pos } = log.insert(answer())
    for (const change of [() => log.edit(pos, { parts }), () => log.remove(pos)])
      expect(change).toThrow('is streaming; end its turn first')
    expect(log.meta?.head).toBe(6)
  }))

test('[S23] a renewed epoch keeps the numbers, and ids from before and after are found', () =>
  withLog(({ log, reopened }) => {
    fill(log, 2)
    const { id } = log.insert(user('before'))
    log.renewEpoch('another-epoch-16')
    log.save()
    const later = reopened()
    expect(later.load()).toMatchObject({ epoch: 'another-epoch-16', head: 3, floor: 0 })
    const { id: next } = later.insert(user('after'))
    expect([later.posOf(id), later.posOf(next)]).toEqual([3, 4])
  }))
