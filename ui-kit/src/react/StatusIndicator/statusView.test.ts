import { expect, test } from 'vitest'
import type { Connection } from '../../session/Session.ts'
import { type Before, statusView } from './statusView.ts'

const down = (phase: Connection['phase'], more: Partial<Connection> = {}): Connection => ({
  phase,
  attempt: 1,
  downSinceMs: 0,
  ...more,
})

test.each<[string, Connection, number, Before, unknown]>([
  ['live', { phase: 'live', attempt: 0 }, 99_000, 'live', { view: { view: 'live' } }],
  ['a blip, just begun', down('waiting'), 0, 'live', { view: { view: 'live' }, againInMs: 1_500 }],
  [
    'a blip, nearly too long',
    down('connecting'),
    1_499,
    'live',
    { view: { view: 'live' }, againInMs: 1 },
  ],
  [
    'longer than a blip',
    down('waiting'),
    1_500,
    'live',
    { view: { view: 'reconnecting' }, againInMs: 3_500 },
  ],
  [
    'down while nobody looks',
    { phase: 'paused', attempt: 1 },
    99_000,
    'live',
    { view: { view: 'live' } },
  ],
  [
    'no blip where it was seen to be down',
    down('waiting'),
    0,
    'down',
    { view: { view: 'reconnecting' }, againInMs: 5_000 },
  ],
  ['offline, just seen', down('paused'), 0, 'live', { view: { view: 'live' }, againInMs: 1_500 }],
  [
    'the first time is no blip',
    down('connecting'),
    0,
    'never',
    { view: { view: 'connecting' }, againInMs: 5_000 },
  ],
  [
    'the first time, too long',
    down('waiting', { retryAtMs: 5_100 }),
    5_000,
    'never',
    { view: { view: 'lost', retryInS: 1 }, againInMs: 100 },
  ],
  [
    'lost, waiting',
    down('waiting', { retryAtMs: 9_400 }),
    5_000,
    'live',
    { view: { view: 'lost', retryInS: 5 }, againInMs: 400 },
  ],
  [
    'lost, on a whole second',
    down('waiting', { retryAtMs: 9_000 }),
    5_000,
    'live',
    { view: { view: 'lost', retryInS: 4 }, againInMs: 1_000 },
  ],
  ['lost, trying', down('connecting'), 7_000, 'live', { view: { view: 'lost' } }],
  [
    'lost, the time has come',
    down('waiting', { retryAtMs: 6_900 }),
    7_000,
    'live',
    { view: { view: 'lost' } },
  ],
  ['offline', down('paused'), 2_000, 'live', { view: { view: 'paused' } }],
  [
    'ended',
    down('ended', { close: { code: 4410, reason: 'deleted' } }),
    0,
    'live',
    { view: { view: 'ended', reason: 'deleted' } },
  ],
  ['ended, and nobody says why', down('ended'), 0, 'live', { view: { view: 'ended' } }],
])('%s', (_, connection, nowMs, before, expected) => {
  expect(statusView(connection, nowMs, before)).toEqual(expected)
})
