'use client'
/** A link that can't be right. */

import type { ReactElement } from 'react'
import { openNewSession } from './sessionInUrl'

export function UnknownSession(): ReactElement {
  return (
    <section className="welcome" role="alert">
      <h2>This link doesn’t lead to a session</h2>
      <p>
        The id of a session has 1 to 64 letters, digits, hyphens and underscores. Ask for the link
        again, or begin a session of your own.
      </p>
      <button type="button" className="primary" onClick={openNewSession}>
        New session
      </button>
    </section>
  )
}
