/** The deployed Worker on bare workerd as a subject of the contract, on real sockets. */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Message, User, UserPart } from '@session-kit/ui-kit/protocol'
import { sign } from 'hono/jwt'
import { createRawClient, type RawClient } from '../../../ui-kit/src/testing/createRawClient.ts'
import type { Refusal } from '../../src/say.ts'
import { startWorkerd, type WorkerdServer } from '../../test/startWorkerd.ts'
import { eventually } from '../eventually.ts'
import { faultyNetwork } from './faultyNetwork.ts'
import type { Answer, Claims, Room, Subject } from './Subject.ts'

const AUTHORS = {
  user: { id: 'ada', name: 'Ada' },
  assistant: { id: 'agent', name: 'Agent' },
  system: { id: 'system', name: 'System' },
}

/** By nature, and a little more. */
const ASLEEP_MS = 13_000

const SECRET = 'a secret for tests only'

export async function workerSubject(): Promise<Subject> {
  const server = await startWorkerd({
    entry: join(import.meta.dirname, 'worker.ts'),
    classes: { SESSIONS: 'ContractSession' },
    vars: { ALLOW_GUESTS: 'true', SESSION_SECRET: SECRET },
  })
  return {
    open: (setting) => openRoom(server, `${setting}-${randomUUID().slice(0, 8)}`),
    stop: () => server.stop(),
  }
}

function openRoom({ url }: WorkerdServer, id: string): Room {
  const people = new Map<string, RawClient>()
  const wire = { WebSocket: WebSocket as never }
  const dial: Room['dial'] = (query, { id: other = id, over = wire } = {}) =>
    createRawClient(over, other, query, url.replace('http', 'ws'))

  async function side<T>(method: string, ...given: unknown[]): Promise<T> {
    const body = JSON.stringify(given)
    const response = await fetch(`${url}/side/${id}/${method}`, { method: 'POST', body })
    if (!response.ok) throw new Error(`${method}: ${await response.text()}`)
    return (await response.json()) as T
  }
  async function change(method: string, ...given: unknown[]): Promise<void> {
    const { ok, code, message } = await side<Partial<Refusal>>(method, ...given)
    if (!ok) throw Object.assign(new Error(message), { code })
  }
  const read = async <T>(what: string): Promise<T> =>
    (await (await fetch(`${url}/sessions/${id}/do/${what}`)).json()) as T
  // Not by signTicket, which refuses what a test has to try.
  const ticket = ({ seconds = 3600, ...claims }: Claims) =>
    sign({ sid: '*', ...claims, exp: Math.floor(Date.now() / 1000) + seconds }, SECRET, 'HS256')

  async function messages(): Promise<Message[]> {
    const all: Message[] = []
    for (;;) {
      const before = all[0]?.pos ?? Number.MAX_SAFE_INTEGER
      const page = await read<{ messages: Message[]; hasOlder: boolean }>(
        `messages?limit=100&before=${before}`,
      )
      all.unshift(...page.messages)
      if (!page.hasOlder) return all
    }
  }
  const post = (content: string | UserPart[], author: User, more = {}) =>
    change('post', {
      ...(typeof content === 'string' ? { text: content } : { parts: content }),
      author,
      ...more,
    })

  async function join(name: string): Promise<RawClient> {
    const known = people.get(name)
    if (known?.socket.readyState === WebSocket.OPEN) return known
    const client = dial(`guest=${`${name.replace(/\W/g, '')}-`.padEnd(20, 'x')}&name=${name}`)
    people.set(name, client)
    await eventually(
      () => client.events,
      (events) => events[0] === 'open',
    )
    client.say({ type: 'hello', v: 1 })
    await eventually(
      () => client.all('sync'),
      (syncs) => syncs.length > 0,
    )
    return client
  }

  return {
    id,
    dial,
    network: faultyNetwork,
    ticket,
    messages,
    status: () => read('status'),
    async history(entries) {
      for (const { text, author, role = 'user', ...more } of entries)
        await post(text, author ?? AUTHORS[role], { role, ...more })
    },
    post,
    async ask(script) {
      const newest = async () => (await messages()).findLast(({ role }) => role === 'assistant')?.id
      const before = await newest()
      await post(JSON.stringify(script), AUTHORS.user)
      const answer = await eventually(newest, (id) => id !== before)
      return answerOf(answer as string, side, messages)
    },
    edit: (message, parts, meta) => change('edit', message, { parts, ...(meta && { meta }) }),
    remove: (message) => change('remove', message),
    broadcast: (data) => side('broadcast', data),
    kick: (user, refresh) => side('kick', user, { refresh }),
    renewEpoch: () => side('renewEpoch'),
    wipe: () => side('wipe'),
    prune: (keep) => side('prune', keep),
    async delete() {
      const admin = await ticket({ sub: 'root', role: 'admin' })
      await fetch(`${url}/sessions/${id}?ticket=${admin}`, { method: 'DELETE' })
    },
    join: async (name) => void (await join(name)),
    async typing(name, on) {
      const client = await join(name)
      client.say({ type: 'presence', state: on ? { typing: true } : {} })
    },
    async leave(name) {
      people.get(name)?.socket.close()
      people.delete(name)
    },
    failStorage: () => side('failStorage'),
    slowStream: (tokensPerSecond) => side('slowStream', tokensPerSecond),
    failingStream: () => side('failingStream'),
    // The object dies before it could answer.
    restart: () => side('restart').then(undefined, () => {}) as Promise<void>,
    sleep: () => wait(ASLEEP_MS),
  }
}

function answerOf(
  id: string,
  side: (method: string, ...given: unknown[]) => Promise<unknown>,
  messages: () => Promise<Message[]>,
): Answer {
  const find = async () => (await messages()).find((message) => message.id === id)
  return {
    id,
    pause: async () => void (await side('pause', true)),
    resume: async () => void (await side('pause', false)),
    fail: async (message) => void (await side('fail', message)),
    detail: async (text) => void (await side('detail', text)),
    ended: async () =>
      (await eventually(find, (message) => message?.state !== 'streaming')) as Message,
  }
}
