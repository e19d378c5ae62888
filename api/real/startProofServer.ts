/** The Worker of the proofs on bare workerd, with its side door and the boots of its objects. */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { startWorkerd, type WorkerdOptions, type WorkerdServer } from '../test/startWorkerd.ts'
import { RealClient } from './RealClient.ts'

export interface ProofServer extends WorkerdServer {
  /** Ids of the instances of this session's object so far, oldest first; wakes nobody. */
  boots(session: string): Promise<string[]>
  /** Asks at the side door of the Worker. */
  ask<T>(session: string, question: string, value?: string | number): Promise<T>
  /** A client whose socket is open and has said nothing; `name` is a guest's. */
  open(session: string, name: string): Promise<RealClient>
  /** A client that has said hello. */
  join(session: string, name: string): Promise<RealClient>
}

export async function startProofServer(
  options: Partial<WorkerdOptions> = {},
): Promise<ProofServer> {
  const server = await startWorkerd({
    entry: join(import.meta.dirname, 'workers/worker.ts'),
    classes: { SESSIONS: 'ProofSession', NEVER_SLEEPS: 'NeverSleepingSession' },
    ...options,
    vars: { ALLOW_GUESTS: 'true', ...options.vars },
  })
  const ask = async <T>(session: string, question: string, value: string | number = '') => {
    const response = await fetch(`${server.url}/proof/${session}/${question}?value=${value}`)
    if (!response.ok) throw new Error(`${question}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const open = (session: string, name: string) => {
    const guest = `${name}-`.padEnd(20, 'x')
    return new RealClient(
      `${server.url}/sessions/${session}/websocket?guest=${guest}&name=${name}`,
    ).opened()
  }
  return {
    ...server,
    ask,
    open,
    async boots(session) {
      const object = await ask<string>(session, 'object')
      return server.log().flatMap((line) => {
        const wake = /"event":"session.wake","boot":"([^"]+)","object":"([^"]+)"/.exec(line)
        return wake?.[1] && wake[2] === object ? [wake[1]] : []
      })
    },
    async join(session, name) {
      const client = await open(session, name)
      await client.hello()
      return client
    },
  }
}

/** A session that nobody has used. */
export const newSession = (kind = 's'): string => `${kind}-${randomUUID().slice(0, 8)}`
