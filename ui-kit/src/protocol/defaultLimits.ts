/** What a session allows where nobody asked for another limit. */

import { CLIENT_LIMITS, type Limits } from './limits.ts'

/** In a file of its own: a client's page needn't carry what only servers count. */
export const DEFAULT_LIMITS: Limits = {
  ...CLIENT_LIMITS,
  connections: 5_000,
  storageBytes: 9_900_000_000,
  peers: 100,
  syncMessages: 500,
  syncBytes: 4_194_304,
}
