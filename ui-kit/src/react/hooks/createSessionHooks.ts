/** All hooks, in the words of one application: types and nothing else. */

import type { ReactElement } from 'react'
import type { AppTypes, BroadcastOf } from '../../session/AppTypes.ts'
import type { FeedMessage, Session, SessionState } from '../../session/Session.ts'
import type { Person } from './createPeople.ts'
import { SessionProvider, type SessionProviderProps } from './SessionProvider.tsx'
import { useBroadcast } from './useBroadcast.ts'
import { useComposer } from './useComposer.ts'
import { useMessage } from './useMessage.ts'
import { useMessageKeys } from './useMessageKeys.ts'
import { usePresence } from './usePresence.ts'
import { useSession } from './useSession.ts'
import {
  type SessionSocket,
  type UseSessionSocketOptions,
  useSessionSocket,
} from './useSessionSocket.ts'
import { useSessionState } from './useSessionState.ts'

export interface SessionHooks<App extends AppTypes> {
  SessionProvider: (
    props: Omit<SessionProviderProps, 'session'> & { session: Session<App> },
  ) => ReactElement
  useSessionSocket: (options: UseSessionSocketOptions) => SessionSocket<App>
  useSession: () => Session<App>
  useSessionState: <Selected>(selector: (state: SessionState<App>) => Selected) => Selected
  useMessageKeys: typeof useMessageKeys
  useMessage: {
    (key: string | undefined): FeedMessage<App> | undefined
    <Selected>(
      key: string | undefined,
      selector: (message: FeedMessage<App>) => Selected,
      isEqual?: (before: Selected, now: Selected) => boolean,
    ): Selected | undefined
  }
  usePresence: () => readonly Person<App>[]
  useComposer: typeof useComposer
  useBroadcast: (
    onBroadcast?: (data: BroadcastOf<App>, from: string) => void,
  ) => (data: BroadcastOf<App>) => boolean
}

const hooks = {
  SessionProvider,
  useSessionSocket,
  useSession,
  useSessionState,
  useMessageKeys,
  useMessage,
  usePresence,
  useComposer,
  useBroadcast,
}

/**
 * The same hooks under the application's own types. Call it once, outside of components:
 *
 *     interface App { data: { weather: { celsius: number } }; meta: { topic: string } }
 *     export const { useSessionSocket, useMessage } = createSessionHooks<App>()
 *
 * Nothing is checked at run time: an older client, another Worker or anybody who may broadcast
 * can send what these types don't say. Where that would hurt, look before use, in the renderer
 * or the listener: `typeof part.value?.celsius === 'number'`.
 */
export const createSessionHooks = <App extends AppTypes>(): SessionHooks<App> =>
  hooks as unknown as SessionHooks<App>
