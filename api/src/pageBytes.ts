import type { Limits } from '@session-kit/ui-kit/protocol'

/** Bytes of the messages of one page: a frame that a slow line carries within its client's patience. */
export const pageBytes = ({ serverFrameBytes }: Limits): number =>
  Math.min(262_144, serverFrameBytes) - 1_024
