import { isSessionId } from '@session-kit/ui-kit/protocol'
import type { SessionEnv } from './config.ts'
import type { SessionDO } from './SessionDO.ts'

/**
 * A session, for the Worker's own code: `post`, `edit`, `remove`, `broadcast`, `kick` and
 * `renewEpoch` by RPC. It need not exist yet, and nothing is made by asking for it.
 *
 * @throws TypeError when the id is none: nobody could reach that session from outside
 */
export function getSession(
  env: Pick<SessionEnv, 'SESSIONS'>,
  sessionId: string,
): DurableObjectStub<SessionDO> {
  if (!isSessionId(sessionId))
    throw new TypeError('session-kit: getSession(): a session id is 1 to 64 of A-Z a-z 0-9 _ -')
  const sessions = env.SESSIONS as unknown as DurableObjectNamespace<SessionDO>
  return sessions.get(sessions.idFromName(sessionId))
}
