import type { Limits } from '@session-kit/ui-kit/protocol'

/** Bytes of the messages of one page: a frame, without the fields around them. */
export const pageBytes = ({ serverFrameBytes }: Limits): number => serverFrameBytes - 1_024
