'use client'
/** The empty session: what this is, and a few things to say that need no typing. */

import { useSession } from '@session-kit/ui-kit'
import type { ReactElement } from 'react'
import { LogoMark } from './icons'

const SUGGESTIONS = [
  { text: 'What happens to a message when the server dies?', hint: 'Ask a question' },
  { text: '/long', hint: 'Stream a long answer' },
  { text: '/tool', hint: 'Watch a tool at work' },
]

export function Welcome(): ReactElement {
  const session = useSession()
  return (
    <section className="welcome">
      <LogoMark />
      <h2>Nothing said here gets lost</h2>
      <p>
        Open this link in a second window, pull the cable, kill the server: every message is there
        again, once and in order.
      </p>
      <ul>
        {SUGGESTIONS.map(({ text, hint }) => (
          <li key={text}>
            <button type="button" onClick={() => session.send(text)}>
              {text.startsWith('/') ? <code>{text}</code> : <span>{text}</span>}
              <small>{hint}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
