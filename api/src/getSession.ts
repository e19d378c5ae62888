import { isSessionId } from '@session-kit/ui-kit/protocol'
import { ConfigError, type SessionEnv } from './config.ts'
import type { SessionDO } from './SessionDO.ts'

/**
 * A session, for the Worker's own code: `post`, `edit`, `remove`, `broadcast`, `kick` and
 * `renewEpoch` by RPC, and what a class of your own adds: `getSession<Support>(env, id)`. It need
 * not exist yet, and nothing is made by asking for it.
 *
 * @throws TypeError when the id is none: nobody could reach that session from outside;
 * ConfigError where the binding SESSIONS is missing
 */
export function getSession<Session extends SessionDO = SessionDO>(
  env: Pick<SessionEnv, 'SESSIONS'>,
  sessionId: string,
): DurableObjectStub<Session> {
  if (!isSessionId(sessionId))
    throw new TypeError('session-kit: getSession(): a session id is 1 to 64 of A-Z a-z 0-9 _ -')
  const sessions = env.SESSIONS as unknown as DurableObjectNamespace<Session> | undefined
  if (!sessions)
    throw new ConfigError(
      'The binding SESSIONS is missing. Name the binding of your session class SESSIONS under durable_objects in the configuration of wrangler.',
    )
  return sessions.get(sessions.idFromName(sessionId))
}
