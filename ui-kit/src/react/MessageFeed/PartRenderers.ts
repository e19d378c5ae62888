/** How parts of a message are shown: one function for each type, each replaceable. */

import type { ReactNode } from 'react'
import type { FilePart, Message, Part, ReasoningPart, TextPart } from '../../protocol/index.ts'
import type { AppTypes, DataPartOf, ToolPartOf } from '../../session/AppTypes.ts'

export interface PartContext<OnePart> {
  part: OnePart
  /** more of this part may come */
  streaming: boolean
  /** of the message: what a person typed may be shown another way than an answer */
  role: Message['role']
  /** of the row it belongs to */
  messageKey: string
  index: number
}

/**
 * Define them outside of the component: with a new object every part renders again.
 *
 * @typeParam App the application's own types. What comes is not checked against them: a renderer
 *   that can't live with something else looks first, and shows what it doesn't know as such.
 */
// Methods, not properties: those of an application take only the parts that it knows.
export interface PartRenderers<App extends AppTypes = AppTypes> {
  text?(context: PartContext<TextPart>): ReactNode
  reasoning?(context: PartContext<ReasoningPart>): ReactNode
  tool?(context: PartContext<ToolPartOf<App>>): ReactNode
  file?(context: PartContext<FilePart>): ReactNode
  data?(context: PartContext<DataPartOf<App>>): ReactNode
  /** a part of a type that this version doesn't know */
  unknown?(context: PartContext<Part>): ReactNode
}
