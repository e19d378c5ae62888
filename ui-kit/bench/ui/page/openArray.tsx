/** Messages in an array in React's state: what all those subjects share that keep no log of their own. */

import {
  type ComponentType,
  type Dispatch,
  type SetStateAction,
  useLayoutEffect,
  useState,
} from 'react'
import { createRoot } from 'react-dom/client'
import type { Message } from '../../../src/protocol/index.ts'
import { createMessage, textOf } from '../../room/Dialect.ts'
import type { Subject } from './Subject.ts'

export interface ShowProps {
  messages: readonly Message[]
}

type Messages = readonly Message[]

const grown = (message: Message, text: string): Message => ({
  ...message,
  parts: [{ type: 'text', text: textOf(message) + text }],
})

interface AppProps {
  Show: ComponentType<ShowProps>
  first: Messages
  onChange(change: Dispatch<SetStateAction<Messages>>): void
}

function App({ Show, first, onChange }: AppProps) {
  const [messages, setMessages] = useState(first)
  useLayoutEffect(() => onChange(setMessages), [onChange])
  return <Show messages={messages} />
}

export function openArray(Show: ComponentType<ShowProps>): Subject['open'] {
  return (root, { log, older }) => {
    let change: Dispatch<SetStateAction<Messages>> = () => {}
    let seq = log.length
    const onChange: AppProps['onChange'] = (given) => {
      change = given
    }
    createRoot(root).render(<App Show={Show} first={log.slice(older)} onChange={onChange} />)
    const changeLast = (how: (message: Message) => Message) =>
      change((before) => before.with(-1, how(before.at(-1) as Message)))
    return {
      begin() {
        seq += 1
        const answer = createMessage(seq, '', 'streaming')
        change((before) => [...before, { ...answer, role: 'assistant' }])
      },
      grow: (text) => changeLast((message) => grown(message, text)),
      finish: () => changeLast((message) => ({ ...message, state: 'done' })),
      prepend: () => change((before) => [...log.slice(0, older), ...before]),
    }
  }
}
