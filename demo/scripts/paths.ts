/** Where the scripts find things, whatever the current directory. */

import { realpathSync } from 'node:fs'
import { join } from 'node:path'

/** The clone. */
export const ROOT = realpathSync(join(import.meta.dirname, '..', '..'))
export const DEMO = join(ROOT, 'demo')
/** The static export of the page. */
export const OUT = join(DEMO, 'out')
