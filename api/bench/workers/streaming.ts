/**
 * The deployed session with an agent of steady speed: to the message `stream 4` it yields for
 * 4 s, each ms, one chunk of 20 bytes that says when it was made and which it is.
 */

import { createSessionApp } from '../../src/app.ts'
import type { Turn } from '../../src/Turn.ts'
import { SessionDO as Deployed } from '../../src/worker.ts'
import { chunkText } from '../chunkText.ts'

export class SessionDO extends Deployed {
  override async *respond(turn: Turn): AsyncGenerator<string> {
    const [part] = turn.message.parts
    const seconds = Number(/^stream (\d+)$/.exec(part?.type === 'text' ? part.text : '')?.[1])
    const startMs = Date.now()
    for (let n = 0; n < seconds * 1_000; ) {
      for (const due = Date.now() - startMs; n <= due && n < seconds * 1_000; n++)
        yield chunkText(Date.now(), n)
      await scheduler.wait(1)
    }
  }
}

export default createSessionApp()
