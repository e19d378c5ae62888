/**
 * The words a client and a session say to each other, as types.
 *
 * Shared by the Worker and the kit; README.md in this folder says what each
 * frame means and which rules (W1 to W16) hold. Knows no DOM and no Worker.
 */

import type { Limits } from './limits.ts'

export const PROTOCOL_VERSION = 1

/** The runtime answers exactly this text with exactly PONG, without waking the session (W15). */
export const PING = '{"type":"ping"}'
export const PONG = '{"type":"pong"}'

export type Role = 'viewer' | 'member' | 'admin'

export interface User {
  id: string
  name: string
}

export interface TextPart {
  type: 'text'
  text: string
}

export interface ReasoningPart {
  type: 'reasoning'
  text: string
}

export interface ToolPart {
  type: 'tool'
  callId: string
  name: string
  state: 'input' | 'running' | 'done' | 'error'
  input?: unknown
  output?: unknown
  error?: string
}

export interface FilePart {
  type: 'file'
  url: string
  mediaType: string
  name?: string
  /** bytes */
  size?: number
}

export interface DataPart {
  type: 'data'
  name: string
  value: unknown
}

export type Part = TextPart | ReasoningPart | ToolPart | FilePart | DataPart

/** The parts that a person may send. */
export type UserPart = TextPart | FilePart | DataPart

export type Meta = Record<string, unknown>

/** Every state but `streaming` is terminal: final for the text (W7). */
export type MessageState = 'streaming' | 'done' | 'cancelled' | 'interrupted' | 'error' | 'deleted'

export interface Message {
  id: string
  /** seq with which the message first appeared; the sort key; never changes */
  pos: number
  /** seq of its last durable change */
  seq: number
  role: 'user' | 'assistant' | 'system'
  author: User
  cid?: string
  /** id of the user message that this answers */
  replyTo?: string
  state: MessageState
  parts: Part[]
  /** ms since 1970 by the server's clock; for display, never for order */
  createdAt: number
  meta?: Meta
  error?: { code: string; message: string }
}

export interface Peer {
  conn: string
  user: User
  state: Record<string, unknown>
}

export interface AgentStatus {
  state: 'idle' | 'working' | 'error'
  detail?: string
}

// ---------------------------------------------------------------- client to server

export interface HelloFrame {
  type: 'hello'
  v: number
  epoch?: string
  cursor?: number
  /** the client takes arrays of frames */
  batch?: boolean
}

export interface SendFrame {
  type: 'send'
  cid: string
  parts: UserPart[]
  meta?: Meta
}

export interface AgainFrame {
  type: 'again'
  cid: string
  id: string
}

export interface CancelFrame {
  type: 'cancel'
  id: string
}

export interface PageRequestFrame {
  type: 'page'
  ref: string
  before: number
  limit: number
}

export interface PresenceStateFrame {
  type: 'presence'
  state: Record<string, unknown>
}

export interface PingFrame {
  type: 'ping'
}

export type ClientFrame =
  | HelloFrame
  | SendFrame
  | AgainFrame
  | CancelFrame
  | PageRequestFrame
  | PresenceStateFrame
  | PingFrame

// ---------------------------------------------------------------- server to client

export interface WelcomeFrame {
  type: 'welcome'
  v: number
  session: string
  you: { conn: string; user: User; role: Role }
  epoch: string
  head: number
  limits: Limits
  peers: Peer[]
  connections: number
  status: AgentStatus
}

export interface SyncFrame {
  type: 'sync'
  mode: 'suffix' | 'snapshot'
  epoch: string
  to: number
  messages: Message[]
  hasOlder: boolean
  more: boolean
}

export interface MsgFrame {
  type: 'msg'
  seq: number
  message: Message
}

export interface DeltaFrame {
  type: 'delta'
  id: string
  part: number
  /** length of the part before, in UTF-16 units */
  from: number
  text: string
}

export interface PartFrame {
  type: 'part'
  id: string
  part: number
  value: Part
}

export interface AckFrame {
  type: 'ack'
  cid: string
  id: string
  seq: number
  dup: boolean
}

/**
 * No server says `expired`: it is what a client gives as the reason for not sending a message that
 * waited too long in its outbox.
 */
export type NackCode =
  | 'busy'
  | 'conflict'
  | 'expired'
  | 'forbidden'
  | 'full'
  | 'not_found'
  | 'order'
  | 'rate_limited'
  | 'storage'
  | 'too_large'

export interface NackFrame {
  type: 'nack'
  cid: string
  code: NackCode
  message: string
  retryable: boolean
  waitMs?: number
}

export interface PageFrame {
  type: 'page'
  ref: string
  messages: Message[]
  hasOlder: boolean
}

export type PresenceFrame =
  | { type: 'presence'; op: 'join' | 'leave' | 'state'; peer: Peer; connections: number }
  | { type: 'presence'; op: 'count'; connections: number }
  | { type: 'presence'; op: 'list'; peers: Peer[]; connections: number }

export interface StatusFrame extends AgentStatus {
  type: 'status'
}

export interface ResetFrame {
  type: 'reset'
  epoch: string
}

export interface EchoFrame {
  type: 'echo'
  data: unknown
  from: string
}

export type ErrorCode =
  | 'bad_frame'
  | 'forbidden'
  | 'hello_required'
  | 'not_found'
  | 'rate_limited'
  | 'storage'
  | 'too_large'

export interface ErrorFrame {
  type: 'error'
  code: ErrorCode
  message: string
  fatal: boolean
  /** the cid, page ref or id that the error speaks of */
  ref?: string
  waitMs?: number
}

export interface PongFrame {
  type: 'pong'
}

export type ServerFrame =
  | WelcomeFrame
  | SyncFrame
  | MsgFrame
  | DeltaFrame
  | PartFrame
  | AckFrame
  | NackFrame
  | PageFrame
  | PresenceFrame
  | StatusFrame
  | ResetFrame
  | EchoFrame
  | ErrorFrame
  | PongFrame
