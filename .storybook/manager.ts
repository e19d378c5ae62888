/** The frame around the stories. */

import { addons } from 'storybook/manager-api'
import { isDark, themeOf } from './theme.ts'

addons.setConfig({ theme: themeOf(isDark) })
