/** Where a story stands: its session, and what the toolbar says of look and language. */

import { SessionProvider, type SessionStrings } from '@session-kit/ui-kit'
import { type ReactElement, type ReactNode, useEffect } from 'react'
import type { Scene } from './createScene.ts'
import { arabic } from './words/arabic.ts'
import { german } from './words/german.ts'

export interface StageGlobals {
  theme: 'system' | 'light' | 'dark'
  look: 'kit' | 'ledger' | 'terminal' | 'harbour'
  font: 'look' | 'shipped'
  contrast: 'normal' | 'more'
  motion: 'full' | 'reduced'
  locale: keyof typeof LANGUAGES
  direction: 'auto' | 'ltr' | 'rtl'
}

interface Language {
  locale: string
  direction: 'ltr' | 'rtl'
  strings?: Partial<SessionStrings>
}

const LANGUAGES = {
  en: { locale: 'en-GB', direction: 'ltr' },
  de: { locale: 'de-DE', direction: 'ltr', strings: german },
  ar: { locale: 'ar-EG', direction: 'rtl', strings: arabic },
} satisfies Record<string, Language>

export interface StageProps {
  scene: Scene
  globals: StageGlobals
  /** On a page of docs there are several stories, each with a theme of its own. */
  isWholePage: boolean
  children: ReactNode
}

export function Stage({ scene, globals, isWholePage, children }: StageProps): ReactElement {
  const { locale, direction, strings }: Language = LANGUAGES[globals.locale]
  const dir = globals.direction === 'auto' ? direction : globals.direction
  const data = dataOf(globals)
  useEffect(() => scene.begin(), [scene])
  useEffect(() => {
    if (!isWholePage) return
    const page = document.documentElement
    page.dir = dir
    for (const [name, value] of Object.entries(dataOf(globals)))
      if (value === undefined) page.removeAttribute(name)
      else page.setAttribute(name, value)
  }, [globals, dir, isWholePage])
  return (
    <div className="stage" dir={dir} lang={globals.locale} {...data}>
      <SessionProvider session={scene.session} locale={locale} timeZone="UTC" strings={strings}>
        {children}
      </SessionProvider>
    </div>
  )
}

/** The attributes that styles go by. A look of its own has no third state, so it is told which. */
export function dataOf({ theme, look, font, contrast, motion }: StageGlobals) {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  const chosen = theme === 'system' && look !== 'kit' ? (isDark ? 'dark' : 'light') : theme
  return {
    'data-theme': chosen === 'system' ? undefined : chosen,
    'data-look': look === 'kit' ? undefined : look,
    'data-font': font === 'look' ? undefined : font,
    'data-contrast': contrast === 'normal' ? undefined : contrast,
    'data-motion': motion === 'full' ? undefined : motion,
  }
}
