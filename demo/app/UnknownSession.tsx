'use client'
/** A link that can't be right. */

import type { ReactElement } from 'react'
import { openNewSession } from './sessionInUrl'

export function UnknownSession(): ReactElement {
  return (
    <section className="welcome" role="alert">
      <h2>This link doesn’t lead to a session</h2>
      <p>
        A session’s id has 1 to 64 letters, digits, hyphens and underscores. Ask for the link again,
        or begin a session of your own.
      </p>
      <ul>
        <li>
          <button type="button" onClick={openNewSession}>
            <span>New session</span>
          </button>
        </li>
      </ul>
    </section>
  )
}
