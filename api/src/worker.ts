/** The Worker that deploys as it stands. */

import { model } from './agents/model.ts'
import { createSessionApp } from './app.ts'
import type { SessionEnv } from './config.ts'
import { SessionDO as Session } from './SessionDO.ts'

/** Knows one agent more than the library's, whose users need not have its packages. */
export class SessionDO extends Session {
  constructor(ctx: DurableObjectState, env: SessionEnv) {
    super(ctx, env)
    if (env.AGENT === 'model') this.respond = (turn) => model(turn, env)
  }
}

export default createSessionApp()
