/**
 * The demo's Worker on real workerd, in this process's hands: its log can be read, and its objects
 * can be evicted while their sockets stay open. Storage is in a folder of its own.
 */

import { join } from 'node:path'
import { createTestHarness } from 'wrangler'
import { fetchHistory, type StoredMessage } from './fetchHistory.ts'

export interface SleepyServer {
  url: string
  /** How many different instances of this session's object were made. */
  boots(sessionId: string): number
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
    boots: (sessionId) =>
      new Set(
        harness
          .getLogs()
          .map(({ message }) => wakeOf(message))
          .filter((wake) => wake?.session === sessionId)
          .map((wake) => wake?.boot),
      ).size,
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

function wakeOf(line: string): { session: string; boot: string } | undefined {
  const start = line.indexOf('{"event":"session.wake"')
  return start < 0 ? undefined : JSON.parse(line.slice(start))
}
