import { randomUUID } from 'node:crypto'

/** A session that nobody has used. */
export const newSessionId = (): string => randomUUID().slice(0, 13)
