/** A path that leads nowhere; exported as 404.html. */

import type { ReactElement } from 'react'
import { LogoMark } from './icons'
import { ThemeToggle } from './ThemeToggle'

export default function NotFound(): ReactElement {
  return (
    <div className="page">
      <header className="bar">
        <a className="home" href="/">
          <LogoMark />
          <span>session-kit</span>
        </a>
        <div className="tools">
          <ThemeToggle />
        </div>
      </header>
      <main className="welcome">
        <h1>There is no such page</h1>
        <p>The link may have been cut on its way.</p>
        <a className="primary" href="/">
          New session
        </a>
      </main>
    </div>
  )
}
