/** What the people of the stories talk about. */

import type { Part } from '@session-kit/ui-kit/protocol'
import type { HistoryEntry } from '@session-kit/ui-kit/testing'
import { NOON_MS, READER } from './createScene.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** So many minutes before the story begins. */
export const ago = (minutes: number): number => NOON_MS - minutes * MINUTE_MS

let lastCid = 0
/** A message of the reader: one that this browser once sent. */
export const mine = (text: string, createdAt: number): HistoryEntry => {
  lastCid += 1
  return { author: READER, cid: `reader-${String(lastCid).padStart(4, '0')}`, text, createdAt }
}

export const agent = (content: string | Part[], createdAt: number): HistoryEntry => ({
  role: 'assistant',
  parts: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  createdAt,
})

export const talk: HistoryEntry[] = [
  { author: 'Ada', text: 'The tide tables for Saturday are in.', createdAt: ago(24 * 60) },
  mine('Good. Then we can plan the crossing.', ago(24 * 60 - 3)),
  { author: 'Ada', text: 'Low water is at 09:40.', createdAt: ago(31) },
  { author: 'Ada', text: 'So we should walk at eight, and be back by eleven.', createdAt: ago(30) },
  mine('How long is the way to the island, and what do we need?', ago(12)),
  agent(
    'About four kilometres each way, an hour and a half at a calm pace.\n\nTake shoes that may get wet, something warm, water, and a whistle for each of you. Turn back when the gullies fill, even if the island looks near.',
    ago(11),
  ),
  mine('Thank you!', ago(10)),
]

/** Long enough for several pages of history: one message every ten minutes. */
export function longTalk(count: number): HistoryEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    author: index % 3 === 2 ? 'Ben' : 'Ada',
    text: `Reading ${index + 1}: ${(index * 37) % 100} cm at the gauge.`,
    createdAt: NOON_MS - DAY_MS - (count - index) * 10 * MINUTE_MS,
  }))
}

export const answer =
  'The wind turns to the north-west in the afternoon and freshens to five. Inside the bar you will not feel much of it, but the way back would be against the sea, and against the tide from one o’clock on. I would go early, or wait for Sunday.'

/** A little of everything that a message may hold. */
export const showcase: HistoryEntry[] = [
  { author: 'Ada', text: 'Low water on Saturday is at 09:40.', createdAt: ago(31) },
  { author: 'Ada', text: 'Shall we walk over to the island?', createdAt: ago(30) },
  mine('How long is the way, and what do we need?', ago(12)),
  agent(
    [
      {
        type: 'reasoning',
        text: 'The crossing is about four kilometres. What matters is when the gullies fill again.',
      },
      {
        type: 'tool',
        callId: 'call-1',
        name: 'tide_table',
        state: 'done',
        input: { station: 'Outer bar', date: '2026-01-10' },
        output: { low: '09:40', high: '15:52' },
      },
      {
        type: 'text',
        text: `About **four kilometres** each way, an hour and a half at a calm pace.

| Leave | Arrive | Back by |
| --- | --- | --- |
| 08:10 | 09:40 | 11:20 |

- shoes that may get wet, and something warm
- a [whistle](https://example.com/whistles) for each of you

\`\`\`ts
const turnBack = lowWater + 50 * minutes
\`\`\`

> Turn back when the gullies fill, even if the island looks near.`,
      },
    ],
    ago(11),
  ),
  mine('Thank you! I’ll bring the whistles.', ago(10)),
]
