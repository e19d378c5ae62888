/** What a page's server fetches of the real session, and a session that begins with it. */

import { createSession, fetchSession } from '@session-kit/ui-kit/session'
import { expect, test, vi } from 'vitest'
import { newSession, ORIGIN, testEnv } from '../test/TestClient.ts'
import { socketClass } from '../test/WorkerSocket.ts'
import worker from '../test/worker.ts'
import { signTicket } from './tickets.ts'

const ada = { sub: 'ada', name: 'Ada', sid: '*' }

const ticketOf = (claims: Parameters<typeof signTicket>[0]) => () =>
  signTicket(claims, testEnv.SESSION_SECRET ?? '')

const asking = (sessionId: string) => ({
  url: ORIGIN,
  sessionId,
  fetch: async (url: string, init: RequestInit) => worker.fetch(new Request(url, init), testEnv),
})

async function post(sessionId: string, cid: string, text: string) {
  const response = await worker.fetch(
    new Request(`${ORIGIN}/sessions/${sessionId}/do/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await ticketOf(ada)()}` },
      body: JSON.stringify({ cid, text }),
    }),
    testEnv,
  )
  expect(response.status).toBe(201)
}

test('[HTTP] fetchSession: what is stored; a session goes on from there, by what came since', async () => {
  const sessionId = newSession()
  expect(await fetchSession({ ...asking(sessionId), ticket: ticketOf(ada) })).toEqual({
    sessionId,
    epoch: null,
    head: 0,
    messages: [],
    hasOlder: false,
  })
  await post(sessionId, 'cid-first-1', 'first')
  const ended = () =>
    vi.waitFor(async () => {
      const page = await fetchSession({ ...asking(sessionId), ticket: ticketOf(ada) })
      expect(page.messages.filter(({ state }) => state === 'streaming')).toEqual([])
      return page
    })
  const stored = await ended()
  expect(stored.messages[0]).toMatchObject({ cid: 'cid-first-1', author: { id: 'ada' } })
  await post(sessionId, 'cid-second-2', 'second')
  const newest = await ended()

  const heard: string[] = []
  const Socket = socketClass(async () => {})
  class Listening extends Socket {
    constructor(...args: ConstructorParameters<typeof Socket>) {
      super(...args)
      this.addEventListener(
        'message',
        (({ data }: { data: string }) => void heard.push(data)) as never,
      )
    }
  }
  const session = createSession({
    url: ORIGIN,
    sessionId,
    ticket: ticketOf(ada),
    storage: null,
    WebSocket: Listening,
    initial: { ...stored, userId: 'ada' },
  })
  expect(session.getMessages().map(({ key }) => key)).toContain('cid-first-1')
  await session.ready
  const syncs = heard.flatMap((text) => JSON.parse(text)).filter(({ type }) => type === 'sync')
  expect(syncs).toMatchObject([{ mode: 'suffix', more: false }])
  const known = new Set(stored.messages.map(({ id }) => id))
  expect(syncs[0].messages.filter(({ id }: { id: string }) => known.has(id))).toEqual([])
  expect(session.getMessages().map(({ id }) => id)).toEqual(newest.messages.map(({ id }) => id))
  session.close()
})

test.each([
  ['without a ticket', undefined, 'unauthorized'],
  ['with one for another session', ticketOf({ ...ada, sid: 'elsewhere' }), 'forbidden'],
  ['with one that is none', () => 'no.such.ticket', 'unauthorized'],
])('[HTTP] fetchSession %s is refused in the words of the server', async (_, ticket, code) => {
  const env = { ...testEnv, ALLOW_GUESTS: 'false' }
  const fetch = async (url: string, init: RequestInit) => worker.fetch(new Request(url, init), env)
  const asked = { ...asking(newSession()), fetch, ...(ticket && { ticket }) }
  await expect(fetchSession(asked)).rejects.toMatchObject({ name: 'SessionError', code })
})
