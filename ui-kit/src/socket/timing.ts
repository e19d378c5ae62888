/** The times of a line, in ms, where nobody asked for others. */

/** One budget for the url, the handshake and, in the layer above, for getting ready. */
export const CONNECT_TIMEOUT_MS = 10_000
/** A line that stayed ready for this long starts its backoff anew. */
export const STABLE_MS = 10_000
/** Silence in one of the two directions after which a ping is sent. */
export const PING_MS = 25_000
export const PONG_MS = 5_000
/** The largest frame of a server takes that long at 9 kB/s; that a line is dead it finds out itself. */
export const FRAME_MS = 30_000
/** A probe after a hint of the page is answered within this time. */
export const PROBE_MS = 3_000
/** A hidden page dials this often on average: each wait is drawn from half of it to one and a half. */
export const HIDDEN_RETRY_MS = 300_000
/** Hints of the page lead to one attempt within this time. */
export const HINT_GAP_MS = 1_000
export const HINT_SPREAD_MS = 250
/** Of a crowd that comes back at once each line is given this long: 200 lines, 10 s. */
export const PER_LINE_MS = 50
