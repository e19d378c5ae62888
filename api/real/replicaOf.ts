import type { Message } from '@session-kit/ui-kit/protocol'
import { Replica } from '../test/Replica.ts'
import type { RealClient } from './RealClient.ts'

/** What a client holds that applied each of these frames by the rules; throws where one doesn't fit. */
export function replicaOf({ frames }: RealClient, replica: Replica = new Replica()): Replica {
  // Copies: text grows in place in what a replica was given.
  for (const frame of structuredClone(frames)) replica.apply(frame)
  return replica
}

/** All text of a message. */
export const textIn = (message: Message | undefined): string =>
  (message?.parts ?? []).map((part) => ('text' in part ? part.text : '')).join('')
