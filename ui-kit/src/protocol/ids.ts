/** The shapes of ids on the wire: one place, so that client and server refuse the same things. */

export const isSessionId = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)

/** A client's own id of a message it sends. */
export const isCid = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(value)

/** A guest's secret, made and kept by the client. */
export const isGuestSecret = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(value)
