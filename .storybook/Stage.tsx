/** Where a story stands: its session, and the theme and direction of the toolbar. */

import { SessionProvider } from '@session-kit/ui-kit'
import { type ReactElement, type ReactNode, useEffect } from 'react'
import type { Scene } from './createScene.ts'

export interface StageProps {
  scene: Scene
  theme: 'system' | 'light' | 'dark'
  direction: 'ltr' | 'rtl'
  /** On a page of docs there are several stories, each with a theme of its own. */
  isWholePage: boolean
  children: ReactNode
}

export function Stage({
  scene,
  theme,
  direction,
  isWholePage,
  children,
}: StageProps): ReactElement {
  useEffect(() => scene.begin(), [scene])
  useEffect(() => {
    if (!isWholePage) return
    const page = document.documentElement
    page.dir = direction
    if (theme === 'system') delete page.dataset.theme
    else page.dataset.theme = theme
  }, [theme, direction, isWholePage])
  return (
    <div className="stage" dir={direction} data-theme={theme === 'system' ? undefined : theme}>
      <SessionProvider session={scene.session} locale="en-GB" timeZone="UTC">
        {children}
      </SessionProvider>
    </div>
  )
}
