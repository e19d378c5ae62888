/**
 * Store first, then send: the one place where anything becomes durable (W1).
 *
 * What arrives is only queued; a flush stores all that is queued in one
 * transaction and hands over its frames in the same synchronous turn. Work that
 * fails alone is taken out and the rest is stored. What is too much to be held in memory at once
 * is left to a transaction behind it. Knows no frame by name.
 */

import type { Host } from './Host.ts'
import { Outgoing } from './Outgoing.ts'
import { NewerSchema } from './schema.ts'

export interface Work {
  /**
   * May be asked to run again, once all that it did was taken back by the storage and by
   * `Transaction.mark`; what they don't know belongs into `out.after`.
   */
  run(out: Outgoing): void
  /**
   * Says that nothing of it was stored, and why. Work without it touches no storage.
   * It must not touch storage itself.
   */
  failed?(out: Outgoing, error: unknown): void
}

/** What surrounds the works of one transaction. */
export interface Transaction {
  /** first in the transaction */
  begin(): void
  /** last in the transaction */
  end(out: Outgoing): void
  /** Keeps what SQLite doesn't roll back; returns how to bring it back. */
  mark(): () => void
  deliver(out: Outgoing): void
  /** An exception that nothing else caught. */
  broken(error: unknown): void
}

export class Flush {
  readonly #host: Host
  readonly #transaction: Transaction
  #queue: Work[] = []
  #scheduled = false
  #isRunning = false

  constructor(host: Host, transaction: Transaction) {
    this.#host = host
    this.#transaction = transaction
  }

  /** Joins the next flush, whenever that is. */
  add(work: Work): void {
    this.#queue.push(work)
  }

  /** Joins all that arrives in this turn of the event loop. */
  soon(work: Work): void {
    this.add(work)
    this.#schedule()
  }

  /**
   * At once where it is quiet, behind all that was queued before; else with all that arrives in
   * this turn of the event loop.
   */
  promptly(work: Work): void {
    if (this.#scheduled) this.add(work)
    else {
      this.now()
      this.soon(work)
      this.now()
    }
  }

  /**
   * Stores and sends all that is queued, however much, and `work` behind it. Nothing that fails in
   * there is thrown: nobody would hear it from a timer.
   *
   * @throws inside a flush, where it could not keep that promise
   */
  now(work?: Work): void {
    if (work) this.add(work)
    this.#run(() => {
      // Handing over frames may find dead sockets, and their leaving is work again.
      while (this.#queue.length > 0) this.#once()
    })
  }

  /** As `now`; returns what came of it, which is `run`'s answer only where that was stored. */
  ask<T>(run: (out: Outgoing) => T, failed: (error?: unknown) => T): T {
    let answer: () => T = failed
    this.now({
      run: (out) => {
        const value = run(out)
        out.after(() => {
          answer = () => value
        })
      },
      failed: (_, error) => {
        answer = () => failed(error)
      },
    })
    return answer()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#host.later(() => {
      this.#scheduled = false
      this.#run(() => {
        while (this.#queue.length > 0)
          if (!this.#once()) {
            // It was too much for one. Before the rest the event loop has a turn: sockets may take
            // what they were handed, and who has come meanwhile is heard.
            this.#schedule()
            break
          }
      })
    }, 0)
  }

  #run(run: () => void): void {
    if (this.#isRunning)
      throw new Error(
        'session-kit: the session is in the middle of storing and sending; ask it in a microtask.',
      )
    this.#isRunning = true
    try {
      run()
    } catch (error) {
      this.#host.report('flush.broken', error)
      this.#transaction.broken(error)
    } finally {
      this.#isRunning = false
    }
  }

  /** @returns whether all of them ran */
  #once(): boolean {
    const works = this.#queue
    this.#queue = []
    let out = new Outgoing()
    let ran = works.length
    const restore = this.#transaction.mark()
    if (works.some((work) => work.failed))
      try {
        ran = this.#storedTogether(works, out)
        if (ran === 0) {
          restore()
          out = new Outgoing()
          const alone = (work: Work) => this.#runAlone(work, out)
          this.#host.transaction(() => {
            ran = this.#store(works, out, alone)
          })
        }
      } catch (error) {
        if (error instanceof NewerSchema) throw error
        this.#host.report('flush.failed', error)
        restore()
        out = new Outgoing()
        ran = works.length
        for (const work of works) work.failed ? work.failed(out, error) : work.run(out)
      }
    else for (const work of works) work.run(out)
    // The rest is next, before whatever comes of these.
    this.#queue.unshift(...works.slice(ran))
    out.settle()
    this.#transaction.deliver(out)
    return ran === works.length
  }

  /**
   * Most often nothing fails, and none needs a savepoint of its own.
   *
   * @returns how many of them ran; 0: all is taken back
   */
  #storedTogether(works: readonly Work[], out: Outgoing): number {
    let ran = 0
    try {
      this.#host.transaction(() => {
        ran = this.#store(works, out, (work) => work.run(out))
      })
      return ran
    } catch {
      return 0
    }
  }

  /** @returns how many of them ran: no more than what memory has room for */
  #store(works: readonly Work[], out: Outgoing, run: (work: Work) => void): number {
    let ran = 0
    this.#transaction.begin()
    for (const work of works) {
      run(work)
      ran += 1
      if (out.isLarge) break
    }
    this.#transaction.end(out)
    return ran
  }

  /** Whatever fails is taken out by itself. */
  #runAlone(work: Work, out: Outgoing): void {
    if (!work.failed) {
      work.run(out)
      return
    }
    const forget = out.mark()
    const restore = this.#transaction.mark()
    try {
      this.#host.transaction(() => work.run(out))
    } catch (error) {
      this.#host.report('work.failed', error)
      forget()
      restore()
      work.failed(out, error)
    }
  }
}
