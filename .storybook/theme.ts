/** The colours of everything around the stories. */

import { create, type ThemeVars } from 'storybook/theming'

/** What the system asks for. */
export const isDark = matchMedia('(prefers-color-scheme: dark)').matches

export const themeOf = (dark: boolean): ThemeVars =>
  create({
    base: dark ? 'dark' : 'light',
    brandTitle: 'session-kit',
    brandTarget: '_self',
  })
