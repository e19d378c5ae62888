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
