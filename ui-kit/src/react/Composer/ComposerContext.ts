'use client'
/** What the parts of one composer share. */

import { createContext } from 'react'
import type { ComposerApi } from '../hooks/useComposer.ts'
import type { Holder } from '../Part/createHolder.ts'
import type { Links } from '../Part/useLinks.ts'
import { useRoot } from '../Part/useRoot.ts'

export type SubmitOn = 'enter' | 'mod-enter'

export interface ComposerState {
  canSend: boolean
  /** the agent is at work, and can be stopped */
  working: boolean
  /** one may read here, and not write */
  readOnly: boolean
  /** the last send was refused */
  refused: boolean
  /** nine tenths of what a message may hold are used */
  near: boolean
  /** more is written than a message may hold */
  over: boolean
  /** files are held over it, and it takes them */
  dropping: boolean
}

/** What the parts point to by id. */
export const LINKED = ['input', 'hint', 'limit'] as const

export interface ComposerView extends ComposerApi {
  submitOn: SubmitOn
  /** As Enter and the button do it. */
  submit(): void
  /** where the focus stays */
  input: Holder<HTMLTextAreaElement>
  links: Links<(typeof LINKED)[number]>
  state: ComposerState
}

export const ComposerContext = createContext<ComposerView | undefined>(undefined)

/** @throws SessionError `no_root` */
export const useComposerView = (): ComposerView =>
  useRoot(ComposerContext, 'the composer', '<ComposerRoot><ComposerInput /></ComposerRoot>')
