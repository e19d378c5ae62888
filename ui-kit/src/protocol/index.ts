/** The surface of `@session-kit/ui-kit/protocol`: what the Worker and the kit share. */

export { CLOSE, type CloseAction, closeAction, closeWaitMs } from './closeCodes.ts'
export { contentFault, isDeeper, isEmpty, TOO_DEEP } from './contentFault.ts'
export {
  type Decoded,
  decodeClientFrame,
  decodeContent,
  wellFormedJson,
} from './decodeClientFrame.ts'
export { decodeServerFrames } from './decodeServerFrames.ts'
export { DEFAULT_LIMITS } from './defaultLimits.ts'
export * from './frames.ts'
export { isCid, isGuestSecret, isSessionId } from './ids.ts'
export { bytesLeft, isTooLarge, MESSAGE_MARGIN } from './isTooLarge.ts'
export {
  CLIENT_LIMITS,
  type ClientLimits,
  HELLO_COST,
  type Limits,
  MAX_DEPTH,
  MAX_PARTS,
  PAGE_LIMIT,
  PRESENCE_BYTES,
  packBytes,
  pageBytes,
} from './limits.ts'
export { utf8Length } from './utf8Length.ts'
