/** The Worker that deploys as it stands. */

import { createSessionApp } from './app.ts'

export { SessionDO } from './SessionDO.ts'

export default createSessionApp()
