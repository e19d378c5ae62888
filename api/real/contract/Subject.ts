/**
 * What the contract suite needs of a server, whichever it is: clients on good and bad lines, and
 * what code beside the session can do. Must not say how a server does it.
 */

import type { Limits, Message, Part, Role, User, UserPart } from '@session-kit/ui-kit/protocol'
import type { FakeNetwork } from '@session-kit/ui-kit/testing'
import type { RawClient } from '../../../ui-kit/src/testing/createRawClient.ts'

export interface Setting {
  limits?: Partial<Limits>
  /** default: nobody answers */
  hasAgent?: boolean
}

/** Where a test is not about speed, a fast machine is not to be told that it is too fast. */
const burst = 400

/** What sessions are opened with; a session's id begins with the name of its setting. */
export const SETTINGS = {
  plain: {},
  quiet: { limits: { burst } },
  talking: { hasAgent: true, limits: { burst } },
  crowd: { limits: { burst, peers: 10 } },
  small: {
    hasAgent: true,
    limits: { burst, syncMessages: 4, syncBytes: 9_000, serverFrameBytes: 8_192 },
  },
  slow: { limits: { burst: 20, perSecond: 1 } },
  tight: { limits: { burst: 3, perSecond: 1 } },
  patient: { limits: { burst, perSecond: 1 } },
  narrow: { limits: { burst, frameBytes: 200, messageBytes: 30 } },
  full: { limits: { storageBytes: 1 } },
  filling: { limits: { storageBytes: 400_000 } },
  two: { limits: { connections: 2 } },
} satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS

/** What the agent says, in tokens of four characters; JSON of it is the text that asks for it. */
export interface Script {
  say: string | Part[]
  tokensPerSecond?: number
  /** breaks off after so many tokens */
  failAfter?: number
  /** the agent's code throws before it has said anything */
  throws?: boolean
}

/** A message whose text is no script gets itself for an answer. */
export function scriptOf({ parts: [part] }: Message): Script {
  const text = part?.type === 'text' ? part.text : ''
  return text.startsWith('{') ? JSON.parse(text) : { say: text || '(nothing)' }
}

export interface Entry {
  text: string
  /** default: by its role */
  author?: User
  role?: Message['role']
  meta?: Record<string, unknown>
}

export interface Claims {
  sub: string
  sid?: string
  name?: string
  role?: Role
  /** seconds until it expires, before the leeway of a minute (3600) */
  seconds?: number
}

/** An answer that was asked for by code, in the hand of a test. */
export interface Answer {
  id: string
  pause(): Promise<void>
  resume(): Promise<void>
  fail(message: string): Promise<void>
  /** What everybody may read of what the agent is doing. */
  detail(text: string): Promise<void>
  /** The message once it has ended. */
  ended(): Promise<Message>
}

export interface Room {
  readonly id: string
  /** A client, on a good line unless one with faults is given; `id` is another session's. */
  dial(query?: string, options?: { id?: string; over?: FakeNetwork }): RawClient
  /** A line to this server with faults of its own. */
  network(): FakeNetwork
  /** Whatever the claims are. */
  ticket(claims: Claims): Promise<string>
  /** Everything that is stored, ascending pos. */
  messages(): Promise<Message[]>
  status(): Promise<{ epoch: string | null; head: number; connections: number }>

  history(entries: readonly Entry[]): Promise<void>
  /** Rejects with what is wrong, or with the `code` and the words of the refusal; so do all changes. */
  post(content: string | UserPart[], author: User): Promise<void>
  ask(script: Script): Promise<Answer>
  edit(id: string, parts: UserPart[], meta?: Record<string, unknown>): Promise<void>
  remove(id: string): Promise<void>
  broadcast(data: unknown): Promise<void>
  kick(userId: string, refresh: boolean): Promise<number>
  renewEpoch(): Promise<void>
  wipe(): Promise<void>
  prune(keep: number): Promise<void>
  delete(): Promise<void>

  /** Other people: they come, type and go. */
  join(name: string): Promise<void>
  typing(name: string, on: boolean): Promise<void>
  leave(name: string): Promise<void>

  /** The next send can't be stored. */
  failStorage(): Promise<void>
  /** Every answer streams at this speed; false: at its own. */
  slowStream(tokensPerSecond: number | false): Promise<void>
  /** The next answer breaks off halfway. */
  failingStream(): Promise<void>
  /** The process dies and another takes over. */
  restart(): Promise<void>
  /** It hibernates, and its sockets stay. */
  sleep(): Promise<void>
}

export interface Subject {
  /** A session that nobody has used. */
  open(setting: SettingName): Room
  stop(): Promise<void>
}
