/**
 * The demo's Worker on real workerd, in this process's hands: its log can be read, and its objects
 * can be evicted while their sockets stay open. Storage is in a folder of its own.
 */

import { join } from 'node:path'
import { createTestHarness } from 'wrangler'
import { fetchHistory, type StoredMessage } from './fetchHistory.ts'

export interface SleepyServer {
  url: string
  /** How many different instances of session objects were made. */
  boots(): number
  /** True when an instance was running and is gone; its sockets stay. */
  evict(sessionId: string): Promise<boolean>
  history(sessionId: string): Promise<StoredMessage[]>
  stop(): Promise<void>
}

export async function startSleepyServer(vars: Record<string, string>): Promise<SleepyServer> {
  const harness = createTestHarness({
    workers: [
      {
        configPath: join(import.meta.dirname, '../../api/wrangler.jsonc'),
        vars: { ALLOW_GUESTS: 'true', ...vars },
      },
    ],
  })
  const { url } = await harness.listen()
  const origin = url.origin
  return {
    url: origin,
    boots: () => new Set(harness.getLogs().flatMap(({ message }) => bootOf(message))).size,
    async evict(sessionId) {
      try {
        await harness
          .getWorker()
          .evictDurableObject('SessionDO', { name: sessionId, webSockets: 'hibernate' })
        return true
      } catch {
        return false // it was asleep already
      }
    },
    history: (sessionId) => fetchHistory(origin, sessionId),
    stop: () => harness.close(),
  }
}

/** The boot id in the line that a waking object logs. */
const bootOf = (line: string): string[] =>
  [...line.matchAll(/"event":"session.wake","boot":"([^"]+)"/g)].map(([, boot]) => boot ?? '')
