import { DEFAULT_LIMITS } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import type { Connection } from './Connection.ts'
import { Gate } from './Gate.ts'

test('[W11] bad frames are held against a connection for a minute', () => {
  const connection = { kept: { badAtMs: [] }, counts: { frames: 0, refused: 0 } } as unknown as {
    -readonly [K in keyof Connection]: Connection[K]
  }
  connection.keep = (kept) => Object.assign(connection.kept, kept)
  const gate = new Gate({ ...DEFAULT_LIMITS, burst: 100 })
  const kinds = (count: number, atMs: number) =>
    Array.from({ length: count }, () => gate.judge(connection, '{', atMs).kind)
  expect(kinds(9, 0)).not.toContain('closed')
  expect(kinds(9, 60_000)).not.toContain('closed')
  expect(kinds(1, 119_999)).toEqual(['closed'])
})
