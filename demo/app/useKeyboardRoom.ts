/**
 * Makes the page end above the on-screen keyboard where the browser covers the page with it
 * instead of giving it less height (Safari on iOS): sets `--visible-height` on the document.
 */

import { useEffect } from 'react'

/** Less than this, in CSS pixels, is a toolbar and no keyboard. */
const KEYBOARD_PX = 120

export function useKeyboardRoom(): void {
  useEffect(() => {
    const { visualViewport } = window
    if (!visualViewport) return
    const root = document.documentElement
    const fit = () => {
      const covered = window.innerHeight - visualViewport.height
      // Zooming in shrinks the visual viewport too, and has to leave the page alone.
      const hasKeyboard = covered > KEYBOARD_PX && visualViewport.scale === 1
      if (hasKeyboard) root.style.setProperty('--visible-height', `${visualViewport.height}px`)
      else root.style.removeProperty('--visible-height')
    }
    visualViewport.addEventListener('resize', fit)
    return () => {
      visualViewport.removeEventListener('resize', fit)
      root.style.removeProperty('--visible-height')
    }
  }, [])
}
