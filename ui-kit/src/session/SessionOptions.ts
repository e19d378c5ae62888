/** What `createSession` takes: where and who, and everything of the platform that it uses. */

import type { LineOptions } from '../socket/createLine.ts'
import type { IdentityOptions } from './createIdentity.ts'
import type { TabLocks } from './createTabs.ts'
import type { Schedule } from './frameSchedule.ts'
import type { InitialSession } from './InitialSession.ts'
import type { KeepStorage } from './keep.ts'

export interface SessionOptions
  extends IdentityOptions,
    Pick<
      LineOptions,
      'backoff' | 'clock' | 'connectTimeoutMs' | 'network' | 'random' | 'signal' | 'WebSocket'
    > {
  /**
   * What `fetchSession` brought, on a server say: shown at once, and the server then sends only
   * what came since. A session that is there already keeps what it has, which is newer.
   */
  initial?: InitialSession | undefined
  /** where outbox, draft and guest secret are kept: `localStorage` unless given, null for nowhere */
  storage?: KeepStorage | null | undefined
  /** keep the tabs that share a storage apart: `navigator.locks` unless a storage is given */
  locks?: TabLocks | undefined
  /** when to show what came; the next animation frame unless given */
  schedule?: Schedule | undefined
  /** makes cids and secrets: 16 to 64 of `A-Z a-z 0-9 _ -`, never the same twice */
  createId?: (() => string) | undefined
  /** ms since 1970 */
  wallClock?: (() => number) | undefined
}
