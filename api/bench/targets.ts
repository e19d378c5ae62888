/**
 * The servers that are compared, and how one speaks to each: where a room is, what a client says
 * first, how it sends a text and finds texts in what it gets.
 *
 * Must not know what is measured.
 */

import { join } from 'node:path'
import type { WorkerdOptions } from '../test/startWorkerd.ts'

export interface Target {
  name: string
  worker: Omit<WorkerdOptions, 'port' | 'storage'>
  /** path and query of one person's socket in a room */
  path(room: string, person: string): string
  /** what a client says first, with where it stands in the log; undefined: nothing */
  hello?(at?: Place): string
  /** stands in the text with which a client is in; without it an open socket is */
  readyMark?: string
  /** a message with this text; `n` makes it one of its own */
  message(n: number, text: string): string
  /** the texts of the messages in a frame, in order */
  texts(frame: Frame): string[]
}

/** Where a client stands in a log. */
export interface Place {
  epoch: string
  cursor: number
}

/** Anything with fields: each server has its own. */
// biome-ignore lint/suspicious/noExplicitAny: what a server says is checked by what arrives.
export type Frame = any

const HERE = import.meta.dirname
const worker = (name: string) => join(HERE, 'workers', `${name}.ts`)

const raw = {
  message: (_n: number, text: string) => JSON.stringify({ type: 'chat', text }),
  texts: (frame: Frame) => (frame.type === 'echo' ? [frame.data.text] : []),
}

export const plain: Target = {
  name: 'plain',
  worker: { entry: worker('plain'), classes: { ROOMS: 'Plain' } },
  path: (room) => `/${room}`,
  ...raw,
}

export const plainSqlite: Target = {
  name: 'plain-sqlite',
  worker: { entry: worker('plainSqlite'), classes: { ROOMS: 'PlainSqlite' } },
  path: (room) => `/${room}`,
  hello: (at) => JSON.stringify({ type: 'hello', ...(at && { cursor: at.cursor }) }),
  readyMark: '"type":"welcome"',
  message: (n, text) => JSON.stringify({ type: 'send', cid: `message-${n}`, text }),
  texts: (frame) => {
    if (frame.type === 'msg') return [frame.text]
    return frame.type === 'page' ? frame.messages.map((message: Frame) => message.text) : []
  },
}

export const partyserver: Target = {
  name: 'partyserver',
  worker: { entry: worker('partyserver'), classes: { Bench: 'Bench' } },
  path: (room) => `/parties/bench/${room}`,
  ...raw,
}

export const agents: Target = {
  name: 'agents',
  worker: {
    entry: worker('agents'),
    classes: { Bench: 'Bench' },
    alias: { 'cloudflare:email': worker('noEmail'), mimetext: worker('noEmail') },
  },
  path: (room) => `/agents/bench/${room}`,
  readyMark: '"cf_agent_identity"',
  ...raw,
}

/** The floods below are no person's: what holds one back is raised, and nothing else. */
const LIMITS = {
  burst: 1_000_000_000,
  perSecond: 1_000_000_000,
  connections: 20_000,
  syncMessages: 1_000,
}

const session = {
  classes: { SESSIONS: 'SessionDO' },
  vars: { ALLOW_GUESTS: 'true', AGENT: 'none', SESSION_LIMITS: JSON.stringify(LIMITS) },
}

const sessionPath = (room: string, person: string) =>
  `/sessions/${room}/websocket?guest=${person.padStart(16, '0')}`

export const sessionKit: Target = {
  name: 'session-kit',
  worker: { entry: join(HERE, '../src/worker.ts'), ...session },
  path: sessionPath,
  hello: (at) => JSON.stringify({ type: 'hello', v: 1, batch: true, ...at }),
  readyMark: '"more":false',
  message: (n, text) => JSON.stringify({ type: 'send', cid: `message-${n}`, text }),
  texts: (frame) => {
    if (frame.type === 'msg') return [frame.message.parts[0].text]
    return frame.type === 'sync'
      ? frame.messages.map((message: Frame) => message.parts[0].text)
      : []
  },
}

/** Without a hello: what a session is to a client that knows nothing of its protocol. */
export const sessionKitRaw: Target = {
  name: 'session-kit (raw)',
  worker: sessionKit.worker,
  path: sessionPath,
  ...raw,
}

/** With an agent that streams. */
export const sessionKitStreaming: Target = {
  ...sessionKit,
  worker: {
    entry: worker('streaming'),
    ...session,
    vars: { ...session.vars, AGENT: 'demo' },
  },
}
