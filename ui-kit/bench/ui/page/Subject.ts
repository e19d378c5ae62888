/** A list of messages under measurement: how it is opened, driven and looked at. Knows no tool. */

import type { Message } from '../../../src/protocol/index.ts'

export interface Subject {
  /** selector of the element that scrolls */
  viewport: string
  /** selector of the element of one message */
  row: string
  open(root: HTMLElement, talk: Talk): Feed
}

export interface Talk {
  /** what was said so far, ascending, the first with the seq 1 */
  log: readonly Message[]
  /** how many of these are not there at first, and come in front later */
  older: number
}

export interface Feed {
  /** An answer at the end, of which nothing is said yet. */
  begin(): void
  /** It goes on. */
  grow(text: string): void
  /** It is complete. */
  finish(): void
  /** The older ones come. */
  prepend(): void
}
