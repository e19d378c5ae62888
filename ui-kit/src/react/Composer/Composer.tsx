'use client'
/** The composer, assembled. */

import type { ReactElement } from 'react'
import { ComposerAttach, ComposerFiles } from './ComposerFiles.tsx'
import {
  ComposerHint,
  ComposerInput,
  ComposerLabel,
  ComposerLimit,
  ComposerRefusal,
  ComposerSend,
  ComposerStop,
} from './ComposerParts.tsx'
import { ComposerRoot, type ComposerRootProps } from './ComposerRoot.tsx'

/**
 * Where one writes. Enter sends unless an input method needs it; the text leaves the field only
 * when the session took it, with or without a line, and a draft survives a reload. With `upload`
 * it takes files, too.
 */
export function Composer(props: Omit<ComposerRootProps, 'children'>): ReactElement {
  return (
    <ComposerRoot {...props}>
      <ComposerRefusal />
      <ComposerFiles />
      <ComposerLabel />
      <ComposerAttach />
      <ComposerInput />
      <ComposerStop />
      <ComposerSend />
      <ComposerLimit />
      <ComposerHint />
    </ComposerRoot>
  )
}
