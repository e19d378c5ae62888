/**
 * What the log of a session has to be, said as simply as it can be: arrays and counters.
 *
 * Each act is one flush of the server; `settle` is what ends it. Knows no text on a wire, no
 * storage, no time and no socket.
 */

import type { MessageState } from '@session-kit/ui-kit/protocol'

export interface Row {
  pos: number
  seq: number
  role: 'user' | 'assistant'
  text: string
  state: MessageState
  cid?: string
  /** pos of the question */
  replyTo?: number
}

/** `ack` or `nack`, as far as a model can know it. */
export type Answer = { pos: number; seq: number; dup: boolean } | { code: string }

export class LogModel {
  /** undefined: another one than before, which nobody was told yet */
  epoch: string | undefined
  head = 0
  /** the highest seq among pruned rows */
  floor = 0
  /** ascending pos */
  rows: Row[] = []
  /** questions whose turns wait */
  waiting: number[] = []
  running: { question: number; answer: number } | undefined
  sent = new Map<string, { what: string; pos: number; seq: number }>()

  /** Whether an act changes anything, tried on a copy. */
  isChangedBy(act: (model: LogModel) => unknown): boolean {
    const copy = Object.assign(new LogModel(), structuredClone({ ...this }))
    act(copy)
    const print = (model: LogModel) => JSON.stringify({ ...model, sent: [...model.sent] })
    return print(copy) !== print(this)
  }

  at(pos: number): Row | undefined {
    return this.rows.find((row) => row.pos === pos)
  }

  get answer(): Row | undefined {
    return this.running && this.at(this.running.answer)
  }

  send(author: string, cid: string, text: string): Answer {
    return this.#once(author, cid, text, () => {
      const pos = this.#add({ role: 'user', text, state: 'done', cid })
      this.waiting.push(pos)
      return { pos, seq: pos }
    })
  }

  again(author: string, cid: string, answer: number): Answer {
    return this.#once(author, cid, `again ${answer}`, () => {
      const question = this.at(this.at(answer)?.replyTo ?? 0)
      if (!question || question.state === 'deleted') return { code: 'not_found' }
      const { pos, seq } = question
      if (this.waiting.includes(pos) || this.running?.question === pos) return { code: 'busy' }
      this.waiting.push(pos)
      return { pos, seq }
    })
  }

  cancel(pos: number): undefined {
    this.waiting = this.waiting.filter((question) => question !== pos)
    if (this.running?.answer === pos) this.end('cancelled')
    return undefined
  }

  edit(pos: number, text: string): Answer {
    const row = this.at(pos)
    if (!row || row.state === 'deleted') return { code: 'not_found' }
    if (row.state === 'streaming') return { code: 'busy' }
    row.text = text
    return this.#touch(row)
  }

  remove(pos: number): Answer {
    const row = this.at(pos)
    if (!row) return { code: 'not_found' }
    if (row.state === 'deleted') return { pos, seq: row.seq, dup: false }
    this.cancel(this.running?.question === pos ? this.running.answer : pos)
    Object.assign(row, { state: 'deleted', text: '' })
    return this.#touch(row)
  }

  renewEpoch(): undefined {
    this.epoch = undefined
    return undefined
  }

  grow(text: string): void {
    if (this.answer) this.answer.text += text
  }

  end(state: MessageState): undefined {
    const row = this.answer
    if (!row) return undefined
    row.state = state
    this.#touch(row)
    this.running = undefined
    return undefined
  }

  /** The end of a flush: the next turn begins. */
  settle(): void {
    if (this.running) return
    const question = this.waiting.shift()
    if (question === undefined) return
    const replyTo = question
    const answer = this.#add({ role: 'assistant', text: '', state: 'streaming', replyTo })
    this.running = { question, answer }
  }

  /** The object ended; whoever wakes it next finds this. */
  crash(): void {
    this.end('interrupted')
    this.settle()
  }

  /** Retention took everything up to `pos`. */
  prune(pos: number): void {
    const gone = this.rows.filter((row) => row.pos <= pos)
    this.rows = this.rows.filter((row) => row.pos > pos)
    this.floor = Math.max(this.floor, ...gone.map(({ seq }) => seq))
  }

  page(before: number, limit: number): { rows: Row[]; hasOlder: boolean } {
    const older = this.rows.filter(({ pos }) => pos < before)
    return { rows: older.slice(-limit), hasOlder: older.length > limit }
  }

  /** What a hello is answered with; `cursor`: of this epoch, or undefined. */
  catchUp(cursor: number | undefined, most: number): { mode: string; rows: Row[] } {
    const streaming = this.answer
    if (cursor !== undefined && cursor <= this.head && cursor >= this.floor) {
      const rows = this.rows.filter(({ seq }) => seq > cursor).sort((a, b) => a.seq - b.seq)
      const before = streaming && streaming.seq <= cursor ? [streaming] : []
      if (rows.length <= most) return { mode: 'suffix', rows: [...before, ...rows] }
    }
    const rows = this.rows.slice(-most)
    const before = streaming && !rows.includes(streaming) ? [streaming] : []
    return { mode: 'snapshot', rows: [...before, ...rows] }
  }

  // ------------------------------------------------------------------ inside

  /** The same cid counts once, and only for what it was first sent with. */
  #once(
    author: string,
    cid: string,
    what: string,
    act: () => { pos: number; seq: number } | { code: string },
  ): Answer {
    const key = `${author} ${cid}`
    const known = this.sent.get(key)
    if (known) {
      const { pos, seq } = known
      return known.what === what ? { pos, seq, dup: true } : { code: 'conflict' }
    }
    const done = act()
    if ('code' in done) return done
    this.sent.set(key, { what, ...done })
    return { ...done, dup: false }
  }

  #add(row: Omit<Row, 'pos' | 'seq'>): number {
    this.head += 1
    this.rows.push({ pos: this.head, seq: this.head, ...row })
    return this.head
  }

  #touch(row: Row): Answer {
    this.head += 1
    row.seq = this.head
    return { pos: row.pos, seq: row.seq, dup: false }
  }
}
