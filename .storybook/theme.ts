/** The colours of everything around the stories: like the system. */

import { create } from 'storybook/theming'

const isDark = matchMedia('(prefers-color-scheme: dark)').matches

export const theme = create({
  base: isDark ? 'dark' : 'light',
  brandTitle: 'session-kit',
  brandTarget: '_self',
})
