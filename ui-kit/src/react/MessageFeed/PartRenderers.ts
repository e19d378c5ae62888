/** How parts of a message are shown: one function for each type, each replaceable. */

import type { ReactNode } from 'react'
import type {
  DataPart,
  FilePart,
  Message,
  Part,
  ReasoningPart,
  TextPart,
  ToolPart,
} from '../../protocol/index.ts'

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

/** Define them outside of the component: with a new object every part renders again. */
export interface PartRenderers {
  text?: (context: PartContext<TextPart>) => ReactNode
  reasoning?: (context: PartContext<ReasoningPart>) => ReactNode
  tool?: (context: PartContext<ToolPart>) => ReactNode
  file?: (context: PartContext<FilePart>) => ReactNode
  data?: (context: PartContext<DataPart>) => ReactNode
  /** a part of a type that this version doesn't know */
  unknown?: (context: PartContext<Part>) => ReactNode
}
