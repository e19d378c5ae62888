/**
 * One session of the fake server in the hand of a test or a story: its stored truth,
 * and the other people and the agent in it.
 */

import {
  type AgentStatus,
  CLOSE,
  decodeContent,
  isTooLarge,
  type Message,
  type Meta,
  type NackCode,
  type User,
  type UserPart,
} from '../protocol/index.ts'
import type { FakeAnswer, FakePace, FakeStream } from './FakePlayer.ts'
import type { FakeRoom } from './FakeRoom.ts'
import { FULL, tooLarge } from './FakeSends.ts'
import { AGENT } from './FakeTurns.ts'

/** A stored message to begin with; whatever is left out gets a plain value. */
export type HistoryEntry = Partial<Omit<Message, 'pos' | 'seq' | 'author'>> & {
  text?: string
  author?: User | string
}

export interface FakeSession {
  readonly id: string
  /** What is stored, ascending by pos: what every client has to show in the end. */
  readonly messages: Message[]
  readonly head: number
  readonly epoch: string
  /** open connections, made-up people included */
  readonly connections: number

  /** Store messages; who is connected already gets them as changes. */
  history(entries: readonly HistoryEntry[]): Message[]
  /**
   * Somebody says something. The agent is not asked; for that, send from a client.
   *
   * @throws what the Worker refuses, here and in `edit` and `remove`: a TypeError for content that
   * is none, else an Error whose `code` is that of the refusal
   */
  post(content: string | UserPart[], author?: User | string): Message
  /** The agent begins an answer now, whatever else is streaming. */
  stream(answer: FakeAnswer, pace?: FakePace): FakeStream
  /** Replace the content of a message that has ended, as code in the Worker may. */
  edit(id: string, parts: UserPart[], meta?: Meta): Message
  /** Delete a stored message: its place stays, its parts go. A streaming one is cancelled first. */
  remove(id: string): Message
  /** A value to every connection, as an `echo` from `server`. */
  broadcast(data: unknown): void
  /** Close a user's connections with 4403; with `refresh` 4401. @returns how many there were */
  kick(userId: string, options?: { refresh?: boolean }): number
  status(status: AgentStatus): void

  /**
   * A made-up person comes in, and goes as everybody does when kicked, with the session or with the
   * process. Harmless when repeated.
   */
  join(user: User | string): User
  leave(user: User | string): void
  /** They start or stop typing; they come in when they aren't here. */
  typing(user: User | string, on: boolean): void

  /**
   * Hibernate, as after ten idle seconds: sockets stay, how much was said on them is forgotten.
   * @returns false while an answer streams, which keeps it awake
   */
  sleep(): boolean
  /** The storage was set back: the same log under a new epoch, and `reset` to who is connected. */
  renewEpoch(): void
  /** Everything stored is lost: a new epoch, and `reset` to whoever is connected. */
  wipe(): void
  /** Retention: forget all but the newest `keep` messages, and what a turn still needs. */
  prune(keep: number): void
  /** Deleted by an admin: everything is gone, open sockets close with 4410. */
  delete(): void
}

export function createFakeSession(id: string, room: FakeRoom): FakeSession {
  const { limits, log, presence, turns } = room
  const isFull = () => log.size >= limits.storageBytes
  const stored = (messageId: string): Message => {
    const message = log.get(messageId)
    if (!message) throw refusal('not_found', 'there is no message with this id')
    return message
  }
  const tell = (message: Message): Message => {
    room.broadcast({ type: 'msg', seq: message.seq, message })
    return message
  }
  const reset = () => room.broadcast({ type: 'reset', epoch: log.epoch })
  const join = (somebody: User | string): User => {
    const user = userOf(somebody)
    presence.join({ conn: connOf(user), user, state: {} })
    return user
  }

  return {
    id,
    get messages() {
      return log.messages
    },
    get head() {
      return log.head
    },
    get epoch() {
      return log.epoch
    },
    get connections() {
      return presence.connections
    },
    history: (entries) =>
      entries.map(({ text, author, ...fields }) => {
        const role = fields.role ?? 'user'
        return tell(
          log.add({
            role,
            author: author === undefined ? defaultAuthor(role) : userOf(author),
            state: 'done',
            parts: text === undefined ? [] : [{ type: 'text', text }],
            ...fields,
          }),
        )
      }),
    post(content, author = 'Ada') {
      const user = authorOf(author)
      const said = readContent(
        'post',
        typeof content === 'string' ? { text: content } : { parts: content },
      )
      if (isTooLarge(said, limits)) throw refusal('too_large', tooLarge(limits))
      if (isFull()) throw refusal('full', FULL)
      return tell(log.add({ role: 'user', author: user, state: 'done', ...said }))
    },
    stream: (answer, pace) => turns.stream(answer, pace),
    edit(messageId, parts, meta) {
      const said = readContent('edit', { parts, meta })
      const { meta: before, state } = stored(messageId)
      if (isFull()) throw refusal('full', FULL)
      if (state === 'streaming') throw refusal('busy', 'this message is still being written')
      if (state === 'deleted') throw refusal('not_found', 'this message was deleted')
      if (isTooLarge({ meta: before, ...said }, limits))
        throw refusal('too_large', tooLarge(limits))
      return tell(log.change(messageId, said))
    },
    remove(messageId) {
      const message = stored(messageId)
      if (message.state === 'deleted') return message
      const answer = log.messages.find(
        ({ replyTo, state }) => replyTo === messageId && state === 'streaming',
      )
      turns.cancel(answer?.id ?? messageId)
      return tell(log.remove(messageId))
    },
    broadcast: (data) => room.echo(data, 'server'),
    kick: (userId, { refresh = false } = {}) =>
      refresh
        ? room.closeAll(CLOSE.unauthorized, 'refresh', userId)
        : room.closeAll(CLOSE.forbidden, 'kicked', userId),
    status: (status) => turns.setStatus(status),
    join,
    leave: (user) => presence.leave(connOf(userOf(user))),
    typing(somebody, on) {
      presence.setState(connOf(join(somebody)), on ? { typing: true } : {})
    },
    sleep: () => room.sleep(),
    renewEpoch() {
      log.renewEpoch()
      reset()
    },
    wipe() {
      turns.forget()
      log.wipe()
      reset()
    },
    prune: (keep) => log.prune(keep, ({ id }) => turns.isWanted(id)),
    delete() {
      turns.forget()
      log.wipe()
      room.closeAll(CLOSE.deleted, 'deleted')
    },
  }
}

const userOf = (user: User | string): User =>
  typeof user === 'string' ? { id: `u_${user.toLowerCase()}`, name: user } : user

const connOf = (user: User): string => `made-up ${user.id}`

function defaultAuthor(role: Message['role']): User {
  if (role === 'assistant') return AGENT
  return role === 'system' ? { id: 'system', name: 'System' } : userOf('Ada')
}

const refusal = (code: NackCode, message: string): Error =>
  Object.assign(new Error(`session-kit: ${message}`), { code })

/** As it is stored. @throws TypeError when it is none */
function readContent(method: string, content: Record<string, unknown>) {
  const read = decodeContent(content)
  if ('field' in read)
    throw new TypeError(`session-kit: ${method}(): ${read.field}: ${read.message}`)
  return read
}

/** @throws TypeError for somebody who can be nobody */
function authorOf(author: User | string): User {
  const user = userOf(author)
  const [id, name] = [[...user.id].length, [...user.name].length]
  if (id < 1 || id > 128 || name > 64)
    throw new TypeError(
      'session-kit: post(): author: expected {id, name} of 1 to 128 and up to 64 characters',
    )
  return user
}
