import type { ServerFrame } from '@session-kit/ui-kit/protocol'
import { describe, expect, test } from 'vitest'
import type { Connection, Kept } from './Connection.ts'
import { Outgoing } from './Outgoing.ts'

interface FakeConnection extends Connection {
  sent: string[]
  dropped: string[]
}

function fakeConnection(kept: Partial<Kept> = {}, bufferedBytes = 0): FakeConnection {
  const sent: string[] = []
  return {
    kept: {
      v: 1,
      id: 'conn',
      session: 's',
      user: { id: 'u', name: 'U' },
      role: 'member',
      phase: 'live',
      batch: true,
      listed: true,
      state: {},
      badAtMs: [],
      ...kept,
    },
    counts: { frames: 0, refused: 0 },
    keep: () => {},
    send: (text) => void sent.push(text),
    close: () => {},
    bufferedBytes,
    hasPinged: false,
    sent,
    dropped: [],
  }
}

function deliver(out: Outgoing, connections: FakeConnection[], frameBytes = 1_000) {
  out.deliver(
    () => connections,
    1_000,
    frameBytes,
    (connection, code, reason) => {
      ;(connection as FakeConnection).dropped.push(`${code} ${reason}`)
    },
  )
}

const delta = { type: 'delta', id: 'm', part: 0, from: 0, text: 'x' } as const
const msg = '{"type":"msg"}'

describe('a batch', () => {
  test('[W1] joins what one client gets; who takes no arrays gets frame by frame', () => {
    const [batch, single, raw, closed] = [
      fakeConnection(),
      fakeConnection({ batch: false }),
      fakeConnection({ phase: 'raw', batch: false }),
      fakeConnection({ phase: 'closed' }),
    ]
    const out = new Outgoing()
    out.toLive('1')
    out.toAll('2')
    out.to(batch, '3')
    out.toLive('4', single)
    deliver(out, [batch, single, raw, closed])
    expect([batch, single, raw, closed].map(({ sent }) => sent)).toEqual([
      ['[1,2,3,4]'],
      ['1', '2'],
      ['2'],
      [],
    ])
  })

  test('[W1] has no more bytes than a frame may have, brackets and commas included', () => {
    const packs = (frameBytes: number) => {
      const one = fakeConnection()
      const out = new Outgoing()
      for (const text of ['"aaaa"', '"bbbb"']) out.toLive(text)
      deliver(out, [one], frameBytes)
      return one.sent
    }
    expect(packs('["aaaa","bbbb"]'.length)).toEqual(['["aaaa","bbbb"]'])
    expect(packs('["aaaa","bbbb"]'.length - 1)).toEqual(['"aaaa"', '"bbbb"'])
  })

  test('[W1] is cut at the frame limit, and a frame alone is no array', () => {
    const one = fakeConnection()
    const out = new Outgoing()
    for (const text of ['"aaaa"', '"bbbb"', '"cccc"', '"éééé"']) out.toLive(text)
    deliver(out, [one], 15)
    expect(one.sent).toEqual(['["aaaa","bbbb"]', '"cccc"', '"éééé"'])
    for (const text of one.sent)
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(15)
  })

  test('[S53] is encoded once, for however many', () => {
    let encodings = 0
    const toJSON = () => {
      encodings += 1
      return delta
    }
    const crowd = Array.from({ length: 1_000 }, () => fakeConnection())
    const out = new Outgoing()
    out.toLive({ ...delta, toJSON } as ServerFrame)
    out.toLive(msg)
    deliver(out, crowd)
    expect(encodings).toBe(1)
    const once = [`[${JSON.stringify(delta)},${msg}]`]
    expect(crowd.map(({ sent }) => sent)).toEqual(crowd.map(() => once))
  })

  test('[W1] what failing work added is taken back', () => {
    const one = fakeConnection()
    const out = new Outgoing()
    const settled: string[] = []
    out.toLive('1')
    const forget = out.mark()
    out.toLive('2')
    out.after(() => settled.push('no'))
    forget()
    out.after(() => settled.push('yes'))
    out.settle()
    deliver(out, [one])
    expect([one.sent, settled]).toEqual([['1'], ['yes']])
  })

  test('[W1] what failing work added makes no flush a large one', () => {
    const out = new Outgoing()
    const forget = out.mark()
    out.to(fakeConnection(), 'x'.repeat(1_048_576))
    expect(out.isLarge).toBe(true)
    forget()
    expect(out.isLarge).toBe(false)
    out.toLive('x'.repeat(1_048_576))
    expect(out.isLarge, 'held once, for however many').toBe(false)
  })
})

describe('who does not read', () => {
  test('[T15][W13][S52] gets no growing text above 1 MiB, and is closed above 8 MiB', () => {
    const [healthy, slow, stuck] = [
      fakeConnection({}, 1_048_576),
      fakeConnection({}, 1_048_577),
      fakeConnection({}, 8 * 1_048_576 + 1),
    ]
    const out = new Outgoing()
    out.toLive(delta)
    out.toLive(msg)
    deliver(out, [healthy, slow, stuck])
    expect(healthy.sent).toEqual([`[${JSON.stringify(delta)},${msg}]`])
    expect(slow.sent).toEqual([msg])
    expect([stuck.sent, stuck.dropped]).toEqual([[], ['1013 slow_reader;5000']])
  })

  test('[W16] is not fed after its ticket expired', () => {
    const [expired, valid] = [
      fakeConnection({ expiresAtMs: 1_000 }),
      fakeConnection({ expiresAtMs: 1_001 }),
    ]
    const out = new Outgoing()
    out.toLive(msg)
    deliver(out, [expired, valid])
    expect([expired.sent, expired.dropped, valid.sent]).toEqual([[], ['4401 expired'], [msg]])
  })

  test('[W1] a socket that is gone hurts nobody else', () => {
    const gone = {
      ...fakeConnection(),
      send: () => {
        throw new Error('closed')
      },
    }
    const other = fakeConnection()
    const out = new Outgoing()
    out.toLive(msg)
    deliver(out, [gone, other])
    expect([gone.dropped, other.sent]).toEqual([['1011 send_failed'], [msg]])
  })
})
