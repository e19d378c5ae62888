/** A connection whose socket only writes down what it is told. */

import type { Connection, Kept } from '../src/Connection.ts'

export interface FakeConnection extends Connection {
  /** what it was sent, batches as one */
  readonly texts: string[]
  readonly closes: string[]
  bufferedBytes: number
}

export function fakeConnection(id: string, kept: Partial<Kept> = {}): FakeConnection {
  const texts: string[] = []
  const closes: string[] = []
  let now: Kept = {
    v: 1,
    id,
    session: 's',
    user: { id: `user-${id}`, name: id },
    role: 'member',
    phase: 'raw',
    batch: false,
    listed: false,
    state: {},
    badAtMs: [],
    ...kept,
  }
  return {
    get kept() {
      return now
    },
    counts: { frames: 0, refused: 0 },
    keep(change) {
      now = { ...now, ...change }
    },
    send: (text) => void texts.push(text),
    close: (code, reason) => void closes.push(`${code} ${reason}`),
    bufferedBytes: 0,
    hasPinged: false,
    texts,
    closes,
  }
}
