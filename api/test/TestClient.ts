/**
 * A client of the session for tests: a real WebSocket, and every frame it got.
 *
 * With `evict`, the object is evicted before each frame this client sends; with `abort`, it
 * ends at some place around many of them, and the client comes back and goes on. Neither
 * while a turn is running: it holds the object in memory in earnest, and does not outlive it.
 */

import { env, evictDurableObject, runInDurableObject, SELF } from 'cloudflare:test'
import { decodeServerFrames, type ServerFrame } from '@session-kit/ui-kit/protocol'
import { expect, vi } from 'vitest'
import { endNear } from './endNear.ts'
import { outliving } from './Life.ts'
import { Memory } from './Memory.ts'
import { boots, type TestEnv, type TestSessionDO, type Variables, variables } from './worker.ts'

type Of<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>

export interface ConnectOptions {
  evict?: boolean
  abort?: boolean
  query?: string
  headers?: Record<string, string>
}

export const ORIGIN = 'https://kit.example'
export const testEnv = env as unknown as TestEnv

/** Evictions so far, and how many of them brought up another boot id. */
export const evictions = { asked: 0, changed: 0 }

/** On a socket that nothing cuts: close codes, bad frames, who is here. */
export const LINE_MODES = [
  { mode: 'in memory', evict: false, abort: false },
  { mode: 'evicted before every frame', evict: true, abort: false },
]

/** What has to come out, whatever becomes of object and socket on the way. */
export const MODES = [
  ...LINE_MODES,
  { mode: 'aborted at random places', evict: false, abort: true },
]

let names = 0
/** A session nobody used before, with variables of its own. */
export function newSession(vars: Variables = {}): string {
  names += 1
  const session = `s${names}-${crypto.randomUUID().slice(0, 8)}`
  variables.set(session, vars)
  return session
}

export const stubOf = (session: string) =>
  testEnv.SESSIONS.get(testEnv.SESSIONS.idFromName(session))

/** Runs inside the session's Durable Object. */
export const inside = <R>(
  session: string,
  run: (instance: TestSessionDO, state: DurableObjectState) => R | Promise<R>,
): Promise<R> => runInDurableObject(stubOf(session) as DurableObjectStub<TestSessionDO>, run)

/** The session's own end of a client's socket. */
export function socketOf(state: DurableObjectState, client: TestClient): WebSocket {
  const conn = client.frames.find((frame) => frame.type === 'welcome')?.you.conn
  const socket = state.getWebSockets().find((ws) => ws.deserializeAttachment().id === conn)
  if (!socket) throw new Error('this client has said no hello')
  return socket
}

/** A turn is running or waiting. */
export const isBusy = (session: string): Promise<boolean> =>
  inside(session, (_, { storage }) => {
    const tables = storage.sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'turns'`).toArray()
    return tables.length > 0 && storage.sql.exec('SELECT 1 FROM turns').toArray().length > 0
  })

/** What the agent of the newest turn does next. */
export const agentGives = (session: string, ...given: Parameters<TestSessionDO['give']>) =>
  inside(session, (instance) => instance.give(...given))

export async function evict(session: string): Promise<void> {
  const before = boots.get(session)?.at(-1)
  await evictDurableObject(stubOf(session))
  evictions.asked += 1
  await inside(session, () => {})
  if (boots.get(session)?.at(-1) !== before) evictions.changed += 1
}

/** What a mode does to the object before a frame reaches it. */
export async function disturb(
  session: string,
  frame: unknown,
  mode: Pick<ConnectOptions, 'evict' | 'abort'>,
): Promise<void> {
  if (!mode.evict && !mode.abort) return
  const isWorking = await outliving(() => isBusy(session))
  if (mode.evict && !isWorking) await evict(session)
  if (mode.abort) endNear(session, frame, isWorking)
}

/** What a refused or failed thing writes to the log is expected in this test. */
export function expectReports(): string[] {
  const reports: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line) => void reports.push(JSON.parse(line).event))
  return reports
}

/** Says how often objects were evicted in this file, and fails when that was not in earnest. */
export function checkEvictions(atLeast: number): void {
  console.log(`evictions: ${evictions.asked}, with another boot id: ${evictions.changed}`)
  expect(evictions.changed).toBe(evictions.asked)
  expect(evictions.asked).toBeGreaterThanOrEqual(atLeast)
}

export class TestClient {
  readonly session: string
  readonly frames: ServerFrame[] = []
  /** what came as text, batches as one */
  readonly texts: string[] = []
  closed: { code: number; reason: string } | undefined
  readonly #options: ConnectOptions
  #socket!: WebSocket
  #wakes = new Set<() => void>()
  #seen = 0
  #taken = new Set<ServerFrame>()
  /** of a client that outlives its sockets */
  readonly #memory: Memory | undefined
  #cuts = 0
  #isBack = true
  #broken: unknown

  private constructor(session: string, options: ConnectOptions) {
    this.session = session
    this.#options = options
    if (options.abort) this.#memory = new Memory()
  }

  static async connect(session: string, options: ConnectOptions = {}): Promise<TestClient> {
    const query = options.query ?? `guest=${crypto.randomUUID()}&name=Ada`
    const client = new TestClient(session, { ...options, query })
    await client.#dial()
    return client
  }

  /** Connects and says hello; resolves when caught up. */
  static async join(
    session: string,
    { hello, ...options }: ConnectOptions & { hello?: object } = {},
  ): Promise<TestClient> {
    const client = await TestClient.connect(session, options)
    await client.hello(hello)
    return client
  }

  /** @returns welcome, and the messages of all its sync frames */
  async hello(fields: object = {}) {
    await this.say({ type: 'hello', v: 1, batch: true, ...fields })
    const welcome = await this.get('welcome')
    const syncs: Of<'sync'>[] = []
    do syncs.push(await this.get('sync'))
    while (syncs.at(-1)?.more)
    const last = syncs.at(-1) as Of<'sync'>
    return { welcome, syncs, sync: { ...last, messages: syncs.flatMap((sync) => sync.messages) } }
  }

  /** Sends a value as JSON, or a string as it is. */
  async say(value: unknown): Promise<void> {
    if (this.#broken) throw this.#broken
    await disturb(this.session, value, this.#options)
    if (this.#memory) {
      while (!this.#isBack) await this.#change('the way back')
      this.#memory.said(value)
    }
    this.#socket.send(
      typeof value === 'string' || value instanceof ArrayBuffer ? value : JSON.stringify(value),
    )
  }

  /** Stores a message; resolves with its ack. */
  async tell(text: string, cid: string = newCid()) {
    await this.say({ type: 'send', cid, text })
    return this.get('ack', (ack) => ack.cid === cid)
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason)
  }

  /** The next frame of this type behind the last one that was got. */
  get<T extends ServerFrame['type']>(type: T, fits?: (frame: Of<T>) => boolean): Promise<Of<T>> {
    return this.getAny([type], fits)
  }

  async getAny<T extends ServerFrame['type']>(
    types: readonly T[],
    fits: (frame: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    // An answer that was cut off comes behind what its sender had missed.
    const isAnswer = this.#memory && types.every((type) => type === 'ack' || type === 'nack')
    for (;;) {
      for (let i = isAnswer ? 0 : this.#seen; i < this.frames.length; i++) {
        const frame = this.frames[i] as ServerFrame
        if (!types.includes(frame.type as T) || this.#taken.has(frame)) continue
        if (!fits(frame as Of<T>)) continue
        this.#taken.add(frame)
        if (!isAnswer) this.#seen = i + 1
        return frame as Of<T>
      }
      await this.#change(`a frame ${types}`)
    }
  }

  /** The close that ended this socket. */
  async getClosed(): Promise<{ code: number; reason: string }> {
    while (!this.closed) await this.#change('a close', true)
    return this.closed
  }

  /** Every frame that came since the last `get`, of these types. */
  rest(...types: ServerFrame['type'][]): ServerFrame[] {
    return this.frames.slice(this.#seen).filter((frame) => types.includes(frame.type))
  }

  /** Resolves when everything said before has been answered; `rest` still has it. */
  async settle(): Promise<void> {
    const pongs = () => this.frames.filter((frame) => frame.type === 'pong').length
    const before = pongs()
    for (let cuts = -1; pongs() === before; await this.#change('a pong')) {
      if (cuts === this.#cuts || !this.#isBack) continue
      cuts = this.#cuts
      this.#socket.send('{"type": "ping"}')
    }
  }

  async #dial(): Promise<void> {
    const { query, headers } = this.#options
    const url = `${ORIGIN}/sessions/${this.session}/websocket?${query}`
    const response = await outliving(() =>
      SELF.fetch(url, { headers: { upgrade: 'websocket', ...headers } }),
    )
    const socket = response.webSocket
    if (!socket) throw new Error(`no socket: ${response.status}`)
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      this.texts.push(String(data))
      try {
        for (const frame of decodeServerFrames(String(data)) ?? []) this.#hear(frame)
      } catch (error) {
        // Nobody would hear it from here.
        this.#broken = error
      }
      this.#wake()
    })
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#memory && code === 1006) void this.#resume()
      else this.closed = { code, reason }
      this.#wake()
    })
    socket.accept()
  }

  /** The object ended: the same client on another socket goes on where it was. */
  async #resume(): Promise<void> {
    this.#cuts += 1
    this.#isBack = false
    await this.#dial()
    const hello = this.#memory?.hello()
    if (hello) this.#socket.send(JSON.stringify(hello))
    else this.#isBack = true
    this.#wake()
  }

  #hear(frame: ServerFrame): void {
    const memory = this.#memory
    if (!memory) return void this.frames.push(frame)
    this.frames.push(...memory.heard(frame))
    if (this.#isBack || frame.type !== 'sync' || frame.more) return
    this.#isBack = true
    for (const said of memory.unanswered()) this.#socket.send(JSON.stringify(said))
  }

  #change(what: string, evenClosed = false): Promise<void> {
    if (this.#broken) throw this.#broken
    if (this.closed && !evenClosed)
      throw new Error(`waited for ${what}, but was closed with ${JSON.stringify(this.closed)}`)
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const got = this.frames
          .slice(this.#seen)
          .map((frame) => JSON.stringify(frame).slice(0, 200))
        reject(new Error(`waited for ${what}; since the last one came:\n${got.join('\n')}`))
      }, 4_000)
      const wake = () => {
        clearTimeout(late)
        this.#wakes.delete(wake)
        resolve()
      }
      this.#wakes.add(wake)
    })
  }

  #wake(): void {
    for (const wake of this.#wakes) wake()
  }
}

export const newCid = (): string => crypto.randomUUID()

export const textOf = (message: { parts: readonly { type: string; text?: string }[] }): string =>
  message.parts.map((part) => part.text ?? '').join('')
