'use client'
/** Light or dark: the system's look, or the other one, which is then kept. */

import type { ReactElement } from 'react'
import { MoonIcon, SunIcon } from './icons'

const KEY = 'session-kit.theme'

export function ThemeToggle(): ReactElement {
  return (
    <button type="button" className="tool theme" onClick={toggle} title="Light or dark">
      {/* CSS shows the one that fits, so the server's render is right before anything is known. */}
      <SunIcon />
      <MoonIcon />
      <span className="sk-hidden">Switch between light and dark</span>
    </button>
  )
}

function toggle(): void {
  const root = document.documentElement
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const next = (root.dataset.theme ?? system) === 'dark' ? 'light' : 'dark'
  const followsSystem = next === system
  if (followsSystem) delete root.dataset.theme
  else root.dataset.theme = next
  try {
    if (followsSystem) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Storage is closed: it lasts as long as the page.
  }
}
