/** What a session allows. One table: the Worker enforces it, `welcome.limits` tells it. */
export interface Limits {
  /** longest frame of a client, in bytes of UTF-8 */
  frameBytes: number
  /** largest message: bytes of its texts in UTF-8, and of its other parts and meta in JSON */
  messageBytes: number
  /** longest frame of the server, in bytes of UTF-8 */
  serverFrameBytes: number
  /** sockets that a session takes; one more is closed with 1013 */
  connections: number
  /** bytes of storage above which nothing more is said; a Durable Object holds 10 GB */
  storageBytes: number
  /** peers listed by name, at most 300; above it presence only counts */
  peers: number
  /** missed messages above which a catch-up becomes a snapshot */
  syncMessages: number
  /** missed bytes above which a catch-up becomes a snapshot */
  syncBytes: number
  /** frames a connection may send at once */
  burst: number
  /** frames a second by which that allowance refills */
  perSecond: number
  /** sends of one connection that may be unanswered */
  inFlight: number
}

/** What a client keeps to, also before a server has told its own. */
export type ClientLimits = Pick<
  Limits,
  'frameBytes' | 'messageBytes' | 'serverFrameBytes' | 'burst' | 'perSecond' | 'inFlight'
>

export const CLIENT_LIMITS: ClientLimits = {
  frameBytes: 65_536,
  messageBytes: 262_144,
  serverFrameBytes: 1_048_576,
  burst: 20,
  perSecond: 10,
  inFlight: 16,
}

/** Frames of the allowance that one `hello` costs (W12). */
export const HELLO_COST = 5

/** Most parts of one message a person sends. */
export const MAX_PARTS = 32

/** Deepest nesting of parts, meta and presence state. */
export const MAX_DEPTH = 64

/** Largest presence state, in bytes of its JSON. */
export const PRESENCE_BYTES = 1_024

/** Most messages in one page of history. */
export const PAGE_LIMIT = 100

/**
 * Bytes of what the server sends together, unless one message alone has more: on a slow line
 * something arrives every few seconds, and a fast client reads one part while the next still comes.
 */
export const packBytes = ({ serverFrameBytes }: Limits): number =>
  Math.min(65_536, serverFrameBytes)

/** Bytes of the messages of one page: a frame that a slow line carries within its client's patience. */
export const pageBytes = ({ serverFrameBytes }: Limits): number =>
  Math.min(262_144, serverFrameBytes) - 1_024
