'use client'
/** Light or dark: the system's look, or the other one, which is then kept. */

import { type ReactElement, useEffect } from 'react'
import { BAR_COLORS } from './barColors'
import { MoonIcon, SunIcon } from './icons'

const KEY = 'session-kit.theme'

export function ThemeToggle(): ReactElement {
  useEffect(paintBars, [])
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
  paintBars()
  try {
    if (followsSystem) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Storage is closed: it lasts as long as the page.
  }
}

/** The first colour that fits is the browser's: a chosen one stands before those of the system's looks. */
function paintBars(): void {
  const { head, documentElement } = document
  head.querySelector('meta[data-chosen]')?.remove()
  const { theme } = documentElement.dataset
  if (theme !== 'light' && theme !== 'dark') return
  const meta = document.createElement('meta')
  Object.assign(meta, { name: 'theme-color', content: BAR_COLORS[theme] })
  meta.dataset.chosen = ''
  head.prepend(meta)
}
