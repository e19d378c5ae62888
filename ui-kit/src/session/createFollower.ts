/**
 * Follows the server's log: epoch, cursor, and what to do when something is missing.
 *
 * Keeps W3 and W6. Frames change the draft of the feed; the cursor that a hello tells
 * is that of the draft, so whoever says hello commits first. Knows no socket, no
 * outbox and no store.
 */

import {
  type DeltaFrame,
  type HelloFrame,
  type Message,
  type MsgFrame,
  type PartFrame,
  PROTOCOL_VERSION,
  type SyncFrame,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { FRAME_MS } from '../socket/timing.ts'
import { createSilence } from './createSilence.ts'
import type { Timers } from './createTimers.ts'
import { type FeedLog, isStored } from './feedLog.ts'
import { growText, setPart } from './growMessage.ts'
import type { InitialSession } from './InitialSession.ts'
import { isMessage } from './isMessage.ts'
import type { FeedMessage } from './Session.ts'

export interface FollowerPorts {
  clock: Clock
  timers: Timers
  random(): number
  /** connections of this session, this one included */
  crowd(): number
  log: FeedLog
  /** How a stored message stands in the feed. */
  toRow(message: Message): FeedMessage
  sayHello(hello: HelloFrame): void
  /** A catch-up is complete: in the draft, not yet shown. */
  onSynced(frame: SyncFrame, isNewEpoch: boolean): void
  isWorking(): boolean
  /** A part of the answer to a hello has come, and more is on its way. */
  onProgress(): void
  /** A hello had no answer, or no more of it: the socket is dead. */
  onDead(): void
}

export interface Follower {
  /** Begin with a copy of the log that came another way: the first hello goes on from there. */
  begin(copy: Pick<InitialSession, 'epoch' | 'head' | 'messages'>): void
  /** A socket is open: join. */
  joined(): void
  /** The line is down: half a catch-up is worth nothing. */
  left(): void
  /** Messages may travel: the last hello is answered. */
  isSynced(): boolean
  /** Something was lost: say hello again, on the same socket, not too often. */
  gap(): void
  /** Nobody knows what was lost; of a catch-up it was a piece. */
  unreadable(): void
  /** Say hello now, unless one is unanswered. */
  ask(): void
  /** Who we are has come: the catch-up follows, and without it none counts. */
  welcomed(): void
  /** The hello was refused: say it again after `waitMs`. */
  refused(waitMs: number): void
  sync(frame: SyncFrame): void
  live(frame: MsgFrame | DeltaFrame | PartFrame): void
  /** A page of older messages; the cursor stays. False: it isn't whole, or of another log. */
  older(messages: readonly Message[]): boolean
  /** False: what comes is of another log than what is shown, until the next catch-up. */
  isCurrent(): boolean
  /** The epoch was renewed: nothing of the log holds any more, the next catch-up replaces it. */
  reset(): void
  /** A sign of the running turn: it is not silent. */
  heard(): void
  /** seq of the last durable change that is in the draft */
  cursor(): number
  /** pos from which on nothing is missing; what lies below stands alone until its page comes */
  wholeFrom(): number
}

/** To the first word of the answer, and of one that is spoilt; all of it may take minutes. */
const HELLO_ANSWER_MS = 10_000
const GAP_MIN_MS = 1_000
const GAP_MAX_MS = 30_000
/** Without a gap for so long, the next one is healed at once again. */
const GAP_CALM_MS = 60_000

export function createFollower(ports: FollowerPorts): Follower {
  const { clock, timers, log } = ports
  let epoch: string | undefined
  let cursor = 0
  let wholeFrom = 0
  /** `asked`: a hello is unanswered; `held`: its catch-up so far, undefined when that isn't whole */
  let state: { phase: 'off' | 'synced' } | { phase: 'asked'; held: SyncFrame[] | undefined } = {
    phase: 'off',
  }
  const known = (id: string) => log.draft(log.keyOf(id) ?? '')
  /** between a gap and its hello, what comes live can't be applied either */
  const isGapped = () => timers.has('gap')
  let gapWaitMs = 0
  let gapAtMs = -Infinity
  const silence = createSilence({
    ...ports,
    isExpecting: () => state.phase === 'synced' && (log.isStreaming() || ports.isWorking()),
    onSilent: hello,
  })

  function hello() {
    timers.clear('silence', 'gap')
    state = { phase: 'asked', held: undefined }
    // A page may be on its way, and the answer comes behind it.
    awaitAnswer(timers.has('page') ? FRAME_MS : HELLO_ANSWER_MS)
    ports.sayHello({
      type: 'hello',
      v: PROTOCOL_VERSION,
      ...(epoch !== undefined && { epoch, cursor }),
      batch: true,
    })
  }

  const isCurrent = () => epoch !== undefined

  function awaitAnswer(waitMs: number) {
    timers.set('hello', waitMs, ports.onDead)
  }

  /** It was not refused, either: a second hello would cut it in half. */
  function answering() {
    awaitAnswer(FRAME_MS)
    ports.onProgress()
  }

  function gap() {
    if (state.phase === 'synced') helloSoon()
  }

  /** At once, then 1 s after the last one for a gap, then 2 s … */
  function helloSoon() {
    if (isGapped()) return
    const sinceMs = clock.now() - gapAtMs
    if (sinceMs > GAP_CALM_MS) gapWaitMs = 0
    timers.set('gap', Math.max(0, gapWaitMs - sinceMs), () => {
      gapAtMs = clock.now()
      gapWaitMs = Math.min(GAP_MAX_MS, Math.max(GAP_MIN_MS, gapWaitMs * 2))
      hello()
    })
  }

  /** A copy with a lower seq never replaces one with a higher, except in a snapshot. */
  function put(message: Message, isReplacing = false) {
    const before = known(message.id)
    if (before && !isReplacing) {
      if (message.seq < before.seq) return
      if (message.seq === before.seq && before.state !== 'streaming') return
    }
    // An old one that changed and isn't here: with it there would be a hole; its page will bring it.
    if (!before && message.pos < wholeFrom && message.state !== 'streaming') return
    log.put(ports.toRow(message))
  }

  function applySync(messages: readonly Message[], last: Pick<SyncFrame, 'mode' | 'epoch' | 'to'>) {
    const isNewEpoch = last.epoch !== epoch
    const isSnapshot = isNewEpoch || last.mode === 'snapshot'
    if (isSnapshot) {
      const ids = new Set(messages.map(({ id }) => id))
      log.retain((row) => !isStored(row) || ids.has(row.id))
      // One that streams may lie far below the others.
      const settled = messages.filter(({ state }) => state !== 'streaming')
      wholeFrom = Math.min(last.to + 1, ...settled.map(({ pos }) => pos))
    }
    for (const message of messages) put(message, isSnapshot)
    epoch = last.epoch
    cursor = last.to
    return isNewEpoch
  }

  function grow(frame: DeltaFrame | PartFrame) {
    const row = known(frame.id)
    if (!row) return gap()
    if (row.state !== 'streaming') return
    const grown = frame.type === 'delta' ? growText(row, frame) : setPart(row, frame)
    if (grown === 'gap') gap()
    else if (grown !== row) log.put(grown)
  }

  return {
    begin({ epoch, head, messages }) {
      if (isPlace(epoch, head)) applySync(messages, { mode: 'snapshot', epoch, to: head })
    },
    joined: hello,
    left() {
      state = { phase: 'off' }
      silence.end()
      // A page that was awaited is asked for anew, after the next catch-up.
      timers.clear('hello', 'gap', 'page')
    },
    isSynced: () => state.phase === 'synced',
    gap,
    unreadable() {
      if (state.phase !== 'asked') return gap()
      // What is left of the answer is not worth half a minute; talk that is none gets no time at all.
      if (state.held) awaitAnswer(HELLO_ANSWER_MS)
      state.held = undefined
    },
    ask() {
      if (state.phase === 'synced') hello()
    },
    welcomed() {
      if (state.phase !== 'asked') return
      state.held = []
      answering()
    },
    refused(waitMs) {
      if (state.phase === 'asked' && !state.held) timers.set('hello', waitMs, hello)
    },
    sync(frame) {
      if (state.phase !== 'asked') return
      state.held?.push(frame)
      if (frame.more) return answering()
      const messages = state.held?.flatMap((part) => part.messages)
      if (!messages?.every(isMessage) || !isPlace(frame.epoch, frame.to)) {
        // The next answer may be whole; until then nothing of this one counts.
        state.held = undefined
        timers.clear('hello')
        return helloSoon()
      }
      const isNewEpoch = applySync(messages, frame)
      state = { phase: 'synced' }
      timers.clear('hello')
      ports.onSynced(frame, isNewEpoch)
      silence.begin()
    },
    live(frame) {
      if (state.phase !== 'synced' || isGapped()) return
      if (frame.type === 'msg') {
        const { seq, message } = frame
        if (!isMessage(message)) return gap()
        if (seq !== cursor + 1) {
          // A change that should be here and isn't: of another log, whose `reset` was lost.
          if (seq > cursor || seq > (known(message.id)?.seq ?? 0)) gap()
          return
        }
        put(message)
        cursor = seq
      } else grow(frame)
      silence.heard()
    },
    older(messages) {
      if (!isCurrent() || !messages.every(isMessage)) return false
      wholeFrom = Math.min(wholeFrom, ...messages.map(({ pos }) => pos))
      for (const message of messages) put(message)
      return true
    },
    reset() {
      // What is shown stays until there is something to show instead.
      epoch = undefined
      cursor = 0
      // A hello that is on its way already will be answered with the new epoch.
      if (state.phase === 'synced') hello()
    },
    isCurrent,
    heard: silence.heard,
    cursor: () => cursor,
    wholeFrom: () => wholeFrom,
  }
}

/** Whether a hello may tell it: one that the server refuses would be said for ever. */
const isPlace = (epoch: unknown, to: number): epoch is string =>
  typeof epoch === 'string' && Number.isSafeInteger(to) && to >= 0
