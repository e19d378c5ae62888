/** What random worlds have to meet, so that they prove something: each kind of act, fault and state. */

import { CLOSE } from '../src/protocol/index.ts'
import { KINDS } from './play.ts'

const STATES = {
  line: ['connecting', 'syncing', 'live', 'waiting', 'paused', 'ended'],
  history: ['none', 'idle', 'loading', 'error'],
  agent: ['idle', 'working', 'error'],
  row: [
    'queued',
    'sent',
    'stored',
    'streaming',
    'done',
    'cancelled',
    'interrupted',
    'error',
    'deleted',
  ],
  'row failed:': ['other_identity', 'expired', 'forbidden', 'conflict', 'too_large', 'not_kept'],
  nack: [
    ...['storage', 'rate_limited', 'order', 'busy'].map((code) => `${code} for now`),
    ...['busy', 'not_found', 'forbidden', 'conflict'].map((code) => `${code} for good`),
  ],
  ticket: ['good', 'late', 'never', 'fails', 'final', 'bad'],
  close: [1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, ...Object.values(CLOSE)].filter(
    (code) => code !== CLOSE.version,
  ),
  sync: ['snapshot', 'suffix', 'snapshot in parts', 'suffix in parts'],
  lose: ['welcome', 'sync', 'msg', 'delta', 'part', 'ack', 'nack', 'page', 'status', 'error'],
  repeat: ['welcome', 'sync', 'msg', 'delta', 'part', 'ack', 'nack', 'page', 'status', 'error'],
  ignore: ['send', 'hello', 'page', 'cancel', 'again'],
  promise: ['discarded', 'closed', 'other_identity', 'conflict'],
  older: ['shown', 'closed', 'ended'],
}

const MOMENTS = [
  'a browser with locks',
  'a browser without locks',
  'a guest',
  'somebody with a ticket',
  'storage that throws',
  'pages of the one before stay',
  'a catch-up was cut',
  'a dead line was found',
  'a row went to another tab',
  'an ack of what was stored before',
  'again: granted',
  'words of a guest were held back',
  'words waited for their writer',
  'said hello on a live socket',
  'said hello with an old epoch',
  'send refused: too_large',
  'post refused: full',
  'post refused: too_large',
  'heard reset',
  'error rate_limited',
]

/** @throws naming what was never met */
export function expectHits(hits: ReadonlyMap<string, number>): void {
  const colon = (group: string) => (group === 'older' ? 'older:' : group)
  const wanted = [
    ...KINDS,
    ...MOMENTS,
    ...Object.entries(STATES).flatMap(([group, kinds]) =>
      kinds.map((kind) => `${colon(group)} ${kind}`),
    ),
  ]
  const missed = wanted.filter((what) => !hits.has(what))
  if (missed.length > 0) throw new Error(`random worlds never met: ${missed.join(', ')}`)
}
