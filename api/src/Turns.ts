/**
 * The agent's turns: one at a time, in the order of their messages.
 *
 * Stores an answer while it grows and tells everybody in windows of 50 ms (W9),
 * gives it exactly one terminal state (W7), and turns what an earlier instance
 * left behind into `interrupted` (W8). Knows agents only by the seam.
 */

import type {
  AgentStatus,
  Limits,
  Message,
  MessageState,
  MsgFrame,
} from '@session-kit/ui-kit/protocol'
import { Answer, AnswerTooLarge, type Change } from './Answer.ts'
import type { Flush } from './Flush.ts'
import type { Host } from './Host.ts'
import { historyOf } from './historyOf.ts'
import type { MessageLog } from './MessageLog.ts'
import type { Outgoing } from './Outgoing.ts'
import { AgentError, type Respond, type Turn } from './Turn.ts'

/** A chunk waits at most this long, and a client gets at most 20 frames a second. */
const WINDOW_MS = 50
/** While a turn runs, the alarm is never further away: a crash is noticed with nobody here. */
const GUARD_MS = 25_000
/** Characters of what an agent tells readers about its failure. */
const TELLING_LENGTH = 500
/** An agent that gives no sign of life for this long is given up. */
const STALL_MS = 600_000

interface Running {
  pos: number
  id: string
  answer: Answer
  abort: AbortController
  detail?: string | undefined
  scheduled: boolean
  storedAtMs: number
  aliveAtMs: number
  /** Ends the wait for the agent's next event. */
  stop(): void
}

interface Parts {
  host: Host
  log: MessageLog
  flush: Flush
  limits: Limits
  respond: Respond | undefined
}

export class Turns {
  readonly #parts: Parts
  #running: Running | undefined
  /** There may be a running turn in the log that nobody runs. */
  #mayBeOrphaned = true

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get hasAgent(): boolean {
    return this.#parts.respond !== undefined
  }

  /** What the agent is doing; idle where there is no log. */
  status(): AgentStatus {
    const state = this.#parts.log.meta?.status ?? 'idle'
    const detail = this.#running?.detail
    return state === 'working' && detail !== undefined ? { state, detail } : { state }
  }

  /** Starts the next waiting turn, if none runs. Belongs at the end of every transaction. */
  begin(out: Outgoing): void {
    const { log, host, respond } = this.#parts
    const turn = respond && log.turns.first()
    if (!turn || turn.answer !== null) return
    const question = log.get(turn.question)
    if (!question) throw new Error(`session-kit: turn ${turn.n} has lost its message`)
    const answer = log.insert({
      role: 'assistant',
      author: { id: 'agent', name: 'Agent' },
      replyTo: question.id,
      state: 'streaming',
      parts: [],
      createdAt: host.now(),
    })
    log.turns.start(turn.n, answer.pos)
    log.setStatus('working')
    out.toLive(msg(answer))
    out.after(() => this.#start(respond, answer, question))
  }

  /** Stops the streaming answer at `pos`, or takes away the waiting turn of the message there (W7). */
  cancel(pos: number, out: Outgoing): void {
    this.#parts.log.turns.dropWaiting(pos)
    if (this.#running?.pos === pos) this.#finish(this.#running, 'cancelled', undefined, out)
  }

  /** At every event: what an instance before this one left behind joins the next flush. */
  recover(): void {
    if (!this.#mayBeOrphaned) return
    this.#mayBeOrphaned = false
    this.#parts.flush.add({
      run: (out) => {
        // A running turn that isn't ours belongs to an instance that is gone.
        const pos = this.#parts.log.meta && this.#parts.log.turns.running()
        if (!pos || pos === this.#running?.pos) return
        this.#close(pos, 'interrupted', undefined, out)
        out.after(() => this.#parts.host.clearAlarm())
      },
      failed: (out) => this.#lose(out),
    })
  }

  /** The alarm: somebody looks after the turn, even with nobody connected. */
  guard(): void {
    const { host, flush } = this.#parts
    this.#mayBeOrphaned = true
    this.recover()
    flush.now()
    const running = this.#running
    if (!running) return
    if (host.now() - running.aliveAtMs > STALL_MS) this.#end(running, 'interrupted')
    else host.setAlarm(host.now() + GUARD_MS)
  }

  /** The log is gone: stops the agent, stores nothing. */
  forget(): void {
    const running = this.#running
    this.#running = undefined
    running?.abort.abort()
    running?.stop()
  }

  // ------------------------------------------------------------------ one turn

  #start(respond: Respond, answer: Message, question: Message): void {
    const { host, limits } = this.#parts
    const running: Running = {
      pos: answer.pos,
      id: answer.id,
      answer: new Answer(limits),
      abort: new AbortController(),
      scheduled: false,
      storedAtMs: 0,
      aliveAtMs: host.now(),
      stop: () => {},
    }
    this.#running = running
    host.setAlarm(host.now() + GUARD_MS)
    const readHistory = () => historyOf(this.#parts.log, question)
    let history: Message[] | undefined
    const turn: Turn = {
      message: question,
      get history() {
        history ??= readHistory()
        return history
      },
      signal: running.abort.signal,
      status: (detail) => this.#setDetail(running, detail),
    }
    host.keepAlive(this.#run(running, respond, turn))
  }

  async #run(running: Running, respond: Respond, turn: Turn): Promise<void> {
    try {
      // Not in the turn of the event loop that stores and sends: an agent may be slow to begin.
      await null
      const events = respond(turn)[Symbol.asyncIterator]()
      for (;;) {
        const next = await new Promise<IteratorResult<unknown> | undefined>((resolve, reject) => {
          running.stop = () => resolve(undefined)
          if (running.abort.signal.aborted) return resolve(undefined)
          events.next().then(resolve, reject)
        })
        if (!next) {
          // Without waiting: an agent that ignores its signal holds up nobody.
          events.return?.().then(undefined, () => {})
          return
        }
        if (next.done) break
        running.answer.add(next.value as never)
        running.aliveAtMs = this.#parts.host.now()
        this.#schedule(running)
      }
      this.#end(running, 'done')
    } catch (error) {
      if (running !== this.#running) return
      this.#parts.host.report('turn.failed', error)
      this.#end(running, 'error', tellingOf(error))
    }
  }

  #schedule(running: Running): void {
    if (running.scheduled) return
    running.scheduled = true
    const { host, flush } = this.#parts
    const delayMs = Math.max(0, running.storedAtMs + WINDOW_MS - host.now())
    host.later(() => {
      running.scheduled = false
      if (running !== this.#running) return
      running.storedAtMs = host.now()
      flush.add({
        run: (out) => {
          if (!this.#isOpen(running)) return
          for (const change of running.answer.take()) this.#store(running, change, out)
        },
        failed: (out) => this.#lose(out),
      })
      flush.now()
    }, delayMs)
  }

  #store({ pos, id }: Running, change: Change, out?: Outgoing): void {
    const { log } = this.#parts
    const { part } = change
    if (change.kind === 'part') {
      log.put(pos, part, change.value)
      out?.toLive({ type: 'part', id, part, value: change.value })
      return
    }
    const { type, from, text } = change
    log.grow(pos, part, type, from, text)
    if (from === 0) out?.toLive({ type: 'part', id, part, value: { type, text } })
    else out?.toLive({ type: 'delta', id, part, from, text })
  }

  #end(running: Running, state: MessageState, error?: Message['error']): void {
    if (running !== this.#running) return
    const { flush } = this.#parts
    flush.add({
      run: (out) => this.#finish(running, state, error, out),
      failed: (out) => this.#lose(out),
    })
    flush.now()
  }

  #finish(running: Running, state: MessageState, error: Message['error'], out: Outgoing): void {
    if (!this.#isOpen(running)) return
    running.detail = undefined
    // Their frames are left out: the message as a whole follows.
    for (const change of running.answer.take(true)) this.#store(running, change)
    this.#close(running.pos, state, error, out)
    out.after(() => {
      this.forget()
      this.#parts.host.clearAlarm()
    })
  }

  #close(pos: number, state: MessageState, error: Message['error'], out: Outgoing): void {
    const { log } = this.#parts
    out.toLive(msg(log.finish(pos, state, error)))
    log.turns.end(pos)
    log.setStatus(state === 'error' ? 'error' : 'idle')
  }

  #setDetail(running: Running, detail: string | undefined): void {
    if (running !== this.#running) return
    running.detail = detail
    running.aliveAtMs = this.#parts.host.now()
    this.#schedule(running)
  }

  /** Not ended, not even by other work of the same flush. */
  #isOpen(running: Running): boolean {
    return running === this.#running && this.#parts.log.turns.running() === running.pos
  }

  /** What an answer grew by can't be stored: give the turn up, and tell so when storage is back. */
  #lose(out: Outgoing): void {
    out.after(() => this.forget())
    this.waitForStorage(out)
  }

  /** Tries again by alarm, or at the next event. */
  waitForStorage(out: Outgoing): void {
    const { host } = this.#parts
    out.after(() => {
      this.#mayBeOrphaned = true
      host.setAlarm(host.now() + GUARD_MS)
    })
  }
}

const msg = (message: Message): MsgFrame => ({ type: 'msg', seq: message.seq, message })

/** What clients are told of a turn that failed. */
function tellingOf(error: unknown): NonNullable<Message['error']> {
  if (error instanceof AgentError)
    return { code: error.code, message: error.message.slice(0, TELLING_LENGTH) }
  if (error instanceof AnswerTooLarge)
    return { code: error.code, message: 'The answer grew larger than a message may be.' }
  return { code: 'agent_failed', message: 'The agent failed before its answer was finished.' }
}
