/**
 * The kit's own client on the real session, whatever becomes of the object in between.
 *
 * People talk, ask again, stop answers, reload and lose their lines; in the end each feed is
 * the server's log, and what was said stands in it once and in its author's order.
 */

import type { Message } from '@session-kit/ui-kit/protocol'
import { createSession, type Session } from '@session-kit/ui-kit/session'
import { createSeed } from '@session-kit/ui-kit/testing'
import { describe, expect, inject, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import { outliving, spare } from '../test/Life.ts'
import {
  type ConnectOptions,
  checkEvictions,
  disturb,
  inside,
  isBusy,
  MODES,
  newSession,
  ORIGIN,
  testEnv,
} from '../test/TestClient.ts'
import { socketClass } from '../test/WorkerSocket.ts'
import worker from '../test/worker.ts'

const ROUNDS = 80
const limits = { SESSION_LIMITS: '{"burst":100000,"perSecond":100000,"serverFrameBytes":8192}' }

function createStorage() {
  const texts = new Map<string, string>()
  return {
    get length() {
      return texts.size
    },
    key: (index: number) => [...texts.keys()][index] ?? null,
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
  }
}

/** One frame at a time: what is evicted for one has to be there again for the next. */
let last: Promise<void> = Promise.resolve()
const inTurn = (act: () => Promise<void>) => {
  last = last.then(act)
  return last
}

/** One person's browser: what it keeps outlives a reload. */
class Device {
  readonly said: string[] = []
  readonly #options: Parameters<typeof createSession>[0]
  session: Session

  constructor(sessionId: string, name: string, mode: ConnectOptions) {
    const before = (text: string) => inTurn(() => disturb(sessionId, JSON.parse(text), mode))
    this.#options = {
      url: ORIGIN,
      sessionId,
      guest: `the-secret-of-${name}`,
      name,
      storage: createStorage(),
      backoff: { baseMs: 2, floorMs: 1, maxMs: 5 },
      schedule: (run) => {
        const timer = setTimeout(run, 1)
        return () => clearTimeout(timer)
      },
      WebSocket: socketClass(before),
    }
    this.session = createSession(this.#options)
  }

  say(text: string): void {
    this.said.push(this.session.send(text).cid)
  }

  reload(): void {
    this.session.close()
    this.session = createSession(this.#options)
  }

  /** Everything that was said is stored. */
  async settled(): Promise<void> {
    await vi.waitFor(
      () => {
        const { outbox, connection } = this.session.store.getState()
        expect([outbox, connection.phase]).toEqual([[], 'live'])
      },
      { timeout: 10_000, interval: 5 },
    )
  }

  /** From the first message on. */
  async feed(): Promise<Message[]> {
    while (this.session.store.getState().history.hasOlder) await this.session.loadOlder(100)
    return this.session.getMessages().map(({ key: _, delivery, ...message }) => {
      expect(delivery).toBe('stored')
      return message
    })
  }
}

async function logOf(session: string): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const before = all[0]?.pos ?? Number.MAX_SAFE_INTEGER
    const url = `${ORIGIN}/sessions/${session}/do/messages?limit=100&before=${before}&guest=the-secret-of-a-reader`
    const response = await worker.fetch(new Request(url), testEnv)
    const { messages, hasOlder } = (await response.json()) as {
      messages: Message[]
      hasOlder: boolean
    }
    all.unshift(...messages)
    if (!hasOlder) return all
  }
}

describe.each(MODES)("the kit's client, $mode", (mode) => {
  test('[W3][W5][W6][W8] three people end with the same log: nothing lost, nothing doubled', async () => {
    const random = createSeed(inject('seed'))
    const below = (n: number) => Math.floor(random() * n)
    const session = newSession(limits)
    const devices = ['ada', 'bob', 'eve'].map((name) => new Device(session, name, mode))
    const acts: ((device: Device) => void)[] = [
      (device) => device.say(`word ${below(100)}`),
      (device) => {
        for (const text of ['one', 'two', 'three']) device.say(text)
      },
      (device) => device.session.cancel(),
      (device) => device.session.reconnect(),
      (device) => device.reload(),
      (device) => {
        const answers = device.session.getMessages().filter(({ role }) => role === 'assistant')
        // It may be refused: the answer is being given again already.
        if (answers.length > 0)
          device.session.again(answers[below(answers.length)]?.id ?? '').catch(() => {})
      },
    ]
    for (let round = 0; round < ROUNDS; round++) {
      acts[below(3) ? below(2) : below(acts.length)]?.(devices[below(3)] as Device)
      if (below(2)) for (const device of devices) await device.settled()
    }
    await vi.waitFor(async () => expect(await outliving(() => isBusy(session))).toBe(false), {
      timeout: 10_000,
    })
    spare(session)
    for (const device of devices) await device.settled()
    await outliving(() => inside(session, () => {}))
    const log = await logOf(session)
    // While they page, objects end, and clients come back.
    await vi.waitFor(
      async () => {
        for (const device of devices) expect(await device.feed()).toEqual(log)
      },
      { timeout: 20_000 },
    )
    const questions = log.filter(({ role }) => role === 'user')
    const everything = devices.flatMap(({ said }) => said)
    expect(questions.map(({ cid }) => cid).sort()).toEqual([...everything].sort())
    for (const { said } of devices)
      expect(questions.flatMap(({ cid }) => (cid && said.includes(cid) ? cid : []))).toEqual(said)
    expect(log.filter(({ state }) => state === 'streaming')).toEqual([])
    for (const device of devices) device.session.close()
  }, 60_000)
})

test('[W15] evictions were in earnest', () => checkEvictions(50))

test('[W1] ends were in earnest', () => checkEndings(1))
