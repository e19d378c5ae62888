import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { createSession, type Session } from '@session-kit/ui-kit/session'
import { eventually } from '../eventually.ts'
import { newSessionId } from '../newSessionId.ts'
import { type SleepyServer, startSleepyServer } from '../startSleepyServer.ts'
import type { Proof } from '../World.ts'

const MESSAGES = 60
const MIN_EVICTIONS = 50
const ARRIVAL_MS = 20

/** 3b. The object is evicted before every frame of every client: nothing is lost, doubled or moved. */
export const evictedBeforeEveryFrame: Proof = async () => {
  const server = await startSleepyServer({ AGENT: 'none' })
  try {
    const sessionId = newSessionId()
    let evictions = 0
    const EvictingWebSocket = evicting(server, sessionId, () => {
      evictions += 1
    })
    const open = (name: string): Session =>
      createSession({
        url: server.url,
        sessionId,
        name,
        guest: name.padEnd(20, 'x'),
        WebSocket: EvictingWebSocket,
      })
    const people = ['ada', 'ben'].map(open)
    await Promise.all(people.map((session) => session.ready))

    const stored: Promise<unknown>[] = []
    for (let n = 0; n < MESSAGES; n++) {
      const session = people[n % people.length]
      if (session) stored.push(session.send(`message ${n}`).stored)
    }
    await Promise.all(stored)

    const history = await server.history(sessionId)
    assert.equal(history.length, MESSAGES)
    for (const [index, session] of people.entries()) {
      await eventually(
        () => session.getMessages().map((message) => message.id),
        (ids) =>
          assert.deepEqual(
            ids,
            history.map((message) => message.id),
          ),
      )
      const mine = history.filter((message) => message.author.name === ['ada', 'ben'][index])
      assert.deepEqual(
        mine.map((message) => message.text),
        Array.from({ length: MESSAGES / 2 }, (_, n) => `message ${n * 2 + index}`),
        'the order in which they were sent',
      )
      assert.equal(session.store.getState().peers.length, 1, 'presence came back each time')
    }
    const boots = server.boots()
    assert.ok(evictions >= MIN_EVICTIONS, `only ${evictions} evictions`)
    assert.ok(boots > MIN_EVICTIONS, `only ${boots} boots for ${evictions} evictions`)
    for (const session of people) session.close()
    return `${evictions} evictions, ${boots} boot ids, ${MESSAGES} messages: each once, in order, on both clients`
  } finally {
    await server.stop()
  }
}

/**
 * A WebSocket that evicts the session's object before each frame it sends. All of them take turns,
 * and a frame gets a moment to arrive: an object that is asleep can't be evicted once more.
 */
function evicting(server: SleepyServer, sessionId: string, onEvicted: () => void) {
  let tail: Promise<void> = Promise.resolve()
  return class extends WebSocket {
    override send(data: string): void {
      tail = tail.then(async () => {
        if (await server.evict(sessionId)) onEvicted()
        if (this.readyState === WebSocket.OPEN) super.send(data)
        await wait(ARRIVAL_MS)
      })
    }
  }
}
