/**
 * The agent's turns: one at a time, in the order of their messages.
 *
 * Stores an answer while it grows and tells everybody in windows of 50 ms (W9),
 * gives it exactly one terminal state (W7), and turns what an earlier instance
 * left behind into `interrupted` (W8). Knows agents only by the seam.
 */

import type { AgentStatus, Message, MessageState } from '@session-kit/ui-kit/protocol'
import type { Change } from './Answer.ts'
import type { Ground } from './Ground.ts'
import { historyOf } from './historyOf.ts'
import type { Outgoing } from './Outgoing.ts'
import { RunningTurn } from './RunningTurn.ts'
import type { Respond, Turn } from './Turn.ts'
import { detailOf, endOf, tellingOf } from './turnEnd.ts'

/** A chunk waits at most this long, and a client gets at most 20 frames a second. */
const WINDOW_MS = 50

export class Turns {
  readonly #parts: Ground
  #running: RunningTurn | undefined
  #isScheduled = false
  #storedAtMs = 0
  /** There may be a running turn in the log that nobody runs. */
  #mayBeOrphaned = true

  constructor(parts: Ground) {
    this.#parts = parts
  }

  /** Returns how to bring back what SQLite doesn't, where a flush fails. */
  mark(): () => void {
    return this.#running?.mark() ?? (() => {})
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
    out.toLive({ type: 'msg', seq: answer.seq, message: answer })
    out.after(() => this.#start(respond, answer, question))
  }

  /** Stops the streaming answer at `pos`, or takes away the waiting turn of the message there (W7). */
  cancel(pos: number, out: Outgoing): void {
    this.#parts.log.turns.dropWaiting(pos)
    if (this.#running?.pos === pos) this.#finish(this.#running, 'cancelled', undefined, out)
  }

  /** The message at `pos` goes: an answer to it that is being written ends, too. */
  drop(pos: number, out: Outgoing): void {
    const turn = this.#parts.log.turns.first()
    this.cancel(turn?.question === pos ? (turn.answer ?? pos) : pos, out)
  }

  /** At every event: what an instance before this one left behind joins the next flush, if true. */
  recover(): boolean {
    if (!this.#mayBeOrphaned) return false
    this.#mayBeOrphaned = false
    this.#parts.flush.add({
      run: (out) => {
        // A running turn that isn't ours belongs to an instance that is gone.
        const pos = this.#parts.log.meta && this.#parts.log.turns.running()
        if (!pos || pos === this.#running?.pos) return
        this.#close(pos, 'interrupted', undefined, out)
        out.after(() => this.#parts.alarms.unguard(true))
      },
      failed: (out) => this.waitForStorage(out),
    })
    return true
  }

  /** The alarm: somebody looks after the turn, even with nobody connected. */
  guard(): void {
    const { host, flush, alarms } = this.#parts
    this.#mayBeOrphaned = true
    this.recover()
    flush.now()
    const running = this.#running
    if (!running) return
    if (running.isOverdue(host.now())) this.#end(running, 'interrupted')
    else alarms.guard()
  }

  /** The log is about to be deleted: stops the agent, stores nothing. */
  forget(): void {
    const { log } = this.#parts
    const running = this.#running
    const message = running && log.get(running.pos)
    if (!message) return
    this.#tell({ ...message, state: 'deleted' })
    this.#leave(running, true)
  }

  // ------------------------------------------------------------------ one turn

  #start(respond: Respond, answer: Message, question: Message): void {
    const { host, log, alarms, limits } = this.#parts
    const running = new RunningTurn(answer, limits, host.now())
    this.#running = running
    alarms.guard()
    let history: Message[] | undefined
    const turn: Turn = {
      message: question,
      get history() {
        history ??= historyOf(log, question)
        return history
      },
      signal: running.signal,
      status: (detail) => {
        if (running !== this.#running) return
        running.detail = detail === undefined ? detail : detailOf(detail)
        this.#changed(running)
      },
    }
    host.keepAlive(this.#run(running, respond, turn))
  }

  async #run(running: RunningTurn, respond: Respond, turn: Turn): Promise<void> {
    try {
      // Not in the turn of the event loop that stores and sends: an agent may be slow to begin.
      await null
      if (await running.read(respond(turn), () => this.#changed(running)))
        this.#end(running, 'done')
    } catch (error) {
      if (running !== this.#running) return
      this.#parts.host.report('turn.failed', error)
      this.#end(running, 'error', tellingOf(error))
    }
  }

  #changed(running: RunningTurn): void {
    const { host } = this.#parts
    running.alive(host.now())
    if (this.#isScheduled) return
    this.#isScheduled = true
    // No longer than a window, wherever the clock has gone meanwhile.
    const leftMs = Math.min(WINDOW_MS, this.#storedAtMs + WINDOW_MS - host.now())
    host.later(() => this.#window(), Math.max(0, leftMs))
  }

  /** Stores and sends what came together. */
  #window(): void {
    const { host, flush } = this.#parts
    const running = this.#running
    this.#isScheduled = false
    if (!running) return
    this.#storedAtMs = host.now()
    flush.now({
      run: (out) => {
        if (!this.#isOpen(running)) return
        for (const change of running.answer.take()) this.#store(running, change, out)
      },
      failed: (out) => this.#lose(running, out),
    })
  }

  #store({ pos, id }: RunningTurn, change: Change, out?: Outgoing): void {
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

  #end(running: RunningTurn, state: MessageState, error?: Message['error']): void {
    if (running !== this.#running) return
    this.#parts.flush.now({
      run: (out) => this.#finish(running, state, error, out),
      failed: (out) => this.#lose(running, out),
    })
  }

  #finish(running: RunningTurn, state: MessageState, error: Message['error'], out: Outgoing): void {
    if (!this.#isOpen(running)) return
    running.detail = undefined
    // Their frames are left out: the message as a whole follows.
    for (const change of running.answer.take(true)) this.#store(running, change)
    this.#close(running.pos, state, error, out)
    out.after(() => this.#leave(running, state !== 'done'))
  }

  #close(pos: number, state: MessageState, error: Message['error'], out: Outgoing): void {
    const { log } = this.#parts
    const message = log.finish(pos, state, error)
    out.toLive({ type: 'msg', seq: message.seq, message })
    log.turns.end(pos)
    log.setStatus(state === 'error' ? 'error' : 'idle')
    out.after(() => this.#tell(message))
  }

  #tell(message: Message): void {
    const { host, log } = this.#parts
    host.tell(endOf(log.meta?.session ?? '', message, host.now()))
  }

  /** Not ended, not even by other work of the same flush. */
  #isOpen(running: RunningTurn): boolean {
    return running === this.#running && this.#parts.log.turns.running() === running.pos
  }

  /** It is nobody's any more; `isStopped`: before its agent was done. */
  #leave(running: RunningTurn, isStopped: boolean): void {
    if (running !== this.#running) return
    this.#running = undefined
    this.#parts.alarms.unguard(false)
    if (isStopped) running.stop()
  }

  /** What an answer grew by can't be stored: give the turn up, and tell so when storage is back. */
  #lose(running: RunningTurn, out: Outgoing): void {
    out.after(() => this.#leave(running, true))
    this.waitForStorage(out)
  }

  /** Tries again by alarm, or at the next event. */
  waitForStorage(out: Outgoing): void {
    out.after(() => {
      this.#mayBeOrphaned = true
      this.#parts.alarms.retry()
    })
  }
}
