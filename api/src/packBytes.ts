import type { Limits } from '@session-kit/ui-kit/protocol'

/**
 * Bytes of what leaves together, unless one message alone has more: on a slow line something
 * arrives every few seconds, and a fast client reads the first part while the next still comes.
 */
export const packBytes = ({ serverFrameBytes }: Limits): number =>
  Math.min(65_536, serverFrameBytes)
