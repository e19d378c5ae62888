'use client'
/** The composer, assembled. */

import type { ReactElement } from 'react'
import {
  ComposerHint,
  ComposerInput,
  ComposerLabel,
  ComposerRefusal,
  ComposerRoot,
  type ComposerRootProps,
  ComposerSend,
  ComposerStop,
} from './ComposerParts.tsx'

/**
 * Where one writes. Enter sends unless an input method needs it; the text leaves the field only
 * when the session took it, with or without a line, and a draft survives a reload.
 */
export function Composer(props: Omit<ComposerRootProps, 'children'>): ReactElement {
  return (
    <ComposerRoot {...props}>
      <ComposerRefusal />
      <ComposerLabel />
      <ComposerInput />
      <ComposerStop />
      <ComposerSend />
      <ComposerHint />
    </ComposerRoot>
  )
}
