/** The fake server as a subject of the contract: a server for each session, on the platform's clock. */

import { createFakeServer, type FakeServer } from '@session-kit/ui-kit/testing'
import { expect } from 'vitest'
import { createRawClient } from '../../../ui-kit/src/testing/createRawClient.ts'
import {
  type Room,
  type Script,
  SETTINGS,
  type Setting,
  type SettingName,
  type Subject,
  scriptOf,
} from './Subject.ts'

export function fakeSubject(): Subject {
  let rooms = 0
  return {
    open(setting) {
      rooms += 1
      return openRoom(`${setting}-${rooms}`, setting)
    },
    stop: async () => {},
  }
}

const paceOf = ({ tokensPerSecond, failAfter }: Script) => ({
  ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  ...(failAfter !== undefined && { failAfter }),
})

function openRoom(id: string, name: SettingName): Room {
  const { limits = {}, hasAgent = false }: Setting = SETTINGS[name]
  const server: FakeServer = createFakeServer({
    limits,
    startedAtMs: Date.now(),
    agent: hasAgent
      ? (message) => {
          const script = scriptOf(message)
          if (script.throws) throw new Error('for the operator')
          const isPlain = script.tokensPerSecond === undefined && script.failAfter === undefined
          return isPlain ? script.say : { answer: script.say, ...paceOf(script) }
        }
      : null,
  })
  const session = server.session(id)
  return {
    id,
    dial: (query, { id: other = id, over = server } = {}) => createRawClient(over, other, query),
    network: () => server.network(),
    ticket: async ({ seconds = 3600, ...claims }) =>
      server.ticket({ ...claims, exp: Math.floor(Date.now() / 1000) + seconds }),
    messages: async () => session.messages,
    async status() {
      const { connections, epoch, head } = session
      return { connections, epoch, head }
    },
    history: async (entries) => void session.history(entries),
    post: async (content, author) => void session.post(content, author),
    async ask(script) {
      session.post(JSON.stringify(script))
      const stream = session.stream(script.say, paceOf(script))
      return {
        id: stream.id,
        pause: async () => stream.pause(),
        resume: async () => stream.resume(),
        fail: async (message) => stream.fail(message),
        detail: async (detail) => session.status({ state: 'working', detail }),
        ended: () => stream.done,
      }
    },
    edit: async (message, parts, meta) => void session.edit(message, parts, meta),
    remove: async (message) => void session.remove(message),
    broadcast: async (data) => session.broadcast(data),
    kick: async (user, refresh) => session.kick(user, { refresh }),
    renewEpoch: async () => session.renewEpoch(),
    wipe: async () => session.wipe(),
    prune: async (keep) => session.prune(keep),
    delete: async () => session.delete(),
    join: async (name) => void session.join(name),
    typing: async (name, on) => session.typing(name, on),
    leave: async (name) => session.leave(name),
    failStorage: async () => server.nackNext('storage'),
    slowStream: async (tokensPerSecond) => server.slowStream(tokensPerSecond),
    failingStream: async () => server.failingStream(),
    restart: async () => server.restart(),
    sleep: async () => expect(session.sleep()).toBe(true),
  }
}
