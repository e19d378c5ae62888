/** What an object may have done before it is left alone, and must not be kept awake by. */

import type { PresenceFrame } from '@session-kit/ui-kit/protocol'
import { expect, inject } from 'vitest'
import type { Reply } from '../test/modelServer.ts'
import type { RealClient } from './RealClient.ts'
import type { ProofServer } from './startProofServer.ts'
import type { Script } from './workers/speak.ts'

interface Past {
  name: string
  /** of a session, where the Worker of the proofs gives that kind variables of its own */
  kind?: string
  /** Returns the sockets that stay, all of which said hello. */
  live(server: ProofServer, session: string): Promise<[RealClient, ...RealClient[]]>
}

const MODEL_WORDS = 'data: {"choices":[{"index":0,"delta":{"content":"Half a "}}]}\n\n'

export const pasts: readonly Past[] = [
  {
    name: 'having streamed an answer',
    async live(server, session) {
      const [ada, ben] = await two(server, session)
      await ada.send(script({ seconds: 1.5, tokensPerSecond: 200 }))
      const answer = await ben.answer()
      expect(answer.state).toBe('done')
      return [ada, ben]
    },
  },
  {
    name: 'four upgrades at the same instant',
    async live(server, session) {
      const names = ['ada', 'ben', 'cay', 'dan']
      const [ada, ...others] = await Promise.all(names.map((name) => server.join(session, name)))
      return [ada as RealClient, ...others]
    },
  },
  {
    name: 'a change of presence',
    async live(server, session) {
      const [ada, ben] = await two(server, session)
      ben.say({ type: 'presence', state: { typing: true } })
      await ada.next('presence', ({ op }) => op === 'state')
      return [ada, ben]
    },
  },
  {
    name: 'counting a crowd',
    kind: 'crowd',
    async live(server, session) {
      const names = ['ada', 'ben', 'cay', 'dan', 'eve']
      const [ada, ...others] = await Promise.all(names.map((name) => server.join(session, name)))
      // Counts come at most once a second, so the last one of these waits for its timer.
      const after = ada?.frames.length
      others[0]?.socket.terminate()
      const isLeft = (frame: PresenceFrame) => frame.op === 'count' && frame.connections === 4
      await ada?.next('presence', isLeft, after)
      return [ada as RealClient, ...others.slice(1)]
    },
  },
  {
    name: 'a turn that ended, with its alarm',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      await ada.send(script({ seconds: 4, tokensPerSecond: 50 }))
      await ada.next('part')
      expect(await server.ask(session, 'alarm'), 'guarded while it runs').toBeGreaterThan(0)
      await ada.answer()
      return [ada]
    },
  },
  {
    name: 'a turn that failed',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      await ada.send(script({ seconds: 0.3, tokensPerSecond: 50, fail: 'out of words' }))
      expect((await ada.answer()).state).toBe('error')
      return [ada]
    },
  },
  {
    name: 'a cancelled turn',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      await ada.send(script({ seconds: 600, tokensPerSecond: 50 }))
      const { id } = await ada.next('part')
      ada.say({ type: 'cancel', id })
      expect((await ada.answer()).state).toBe('cancelled')
      return [ada]
    },
  },
  {
    name: 'a message by HTTP',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      const url = `${server.url}/sessions/${session}/do/messages?guest=${'p'.repeat(20)}`
      const body = JSON.stringify({ cid: 'by-http-1', text: 'hello' })
      const response = await fetch(url, { method: 'POST', body })
      expect(response.status).toBe(201)
      await ada.answer()
      return [ada]
    },
  },
  {
    name: 'a broken line',
    async live(server, session) {
      const [ada, ben] = await two(server, session)
      ben.socket.terminate()
      await ada.next('presence', ({ op }) => op === 'leave')
      return [ada]
    },
  },
  {
    name: 'planning to delete what gets old',
    kind: 'kept',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      await ada.send('hello')
      await ada.answer()
      expect(await server.ask(session, 'alarm'), 'in thirty days').toBeGreaterThan(0)
      return [ada]
    },
  },
  {
    name: 'a turn of a model, cancelled in the middle of its request',
    kind: 'model',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      await scriptModel(session, { body: [MODEL_WORDS], end: 'never' })
      await ada.send('hello')
      const { id } = await ada.next('part')
      ada.say({ type: 'cancel', id })
      expect((await ada.answer()).state).toBe('cancelled')
      return [ada]
    },
  },
  {
    name: 'a turn of a model whose line was cut',
    kind: 'model',
    async live(server, session) {
      const ada = await server.join(session, 'ada')
      await scriptModel(session, { body: [MODEL_WORDS], end: 'cut' })
      await ada.send('hello')
      expect((await ada.answer()).state).toBe('error')
      return [ada]
    },
  },
]

/** What the agent of the proofs is to do. */
export const script = (script: Script): string => JSON.stringify(script)

async function two(server: ProofServer, session: string): Promise<[RealClient, RealClient]> {
  return [await server.join(session, 'ada'), await server.join(session, 'ben')]
}

/** How the API of the model answers this session's next request. */
async function scriptModel(session: string, reply: Reply): Promise<void> {
  const url = `${inject('modelServer')}/${session}/script`
  await fetch(url, { method: 'POST', body: JSON.stringify([reply]) })
}
