/**
 * Ways from a text of the server to a list that somebody shows. Each has one reader, who looks at
 * the last row whenever it is told of a change.
 */

import { Centrifuge } from 'centrifuge'
import { WebSocket as PartySocket } from 'partysocket'
import type { ServerFrame } from '../../src/protocol/index.ts'
import { createSession } from '../../src/session/index.ts'
import { type Dialect, type Room, textOf } from '../room/Dialect.ts'
import { centrifugo, raw, sessionProtocol } from '../room/dialects.ts'
import { createScriptedSocketClass } from './createScriptedSocketClass.ts'
import { arrayCopy, type Fold, mapCopy } from './folds.ts'

export interface Feed {
  name: string
  dialect: Dialect
  /** Comes into a room whose log is known. */
  open(room: Room): Promise<OpenFeed>
}

export interface OpenFeed {
  deliver(text: string): void
  /** An animation frame goes by. */
  draw(): void
  texts(): string[]
  /** characters that its reader saw at the last look */
  seen(): number
}

/** Keeps the list by hand. */
function createList<S>(fold: Fold<S>, room: Room) {
  let state = fold.first(room.log)
  let seen = 0
  return {
    take(frame: ServerFrame) {
      state = fold.next(state, frame)
      const last = fold.last(state)
      seen = last ? textOf(last).length : 0
    },
    texts: () => fold.messages(state).map(textOf),
    seen: () => seen,
  }
}

/** The platform's socket and a list by hand. */
const byHand = <S>(name: string, fold: Fold<S>): Feed => ({
  name,
  dialect: raw,
  async open(room) {
    const { ScriptedSocket, deliver } = createScriptedSocketClass(raw, room)
    const { take, ...list } = createList(fold, room)
    const socket = new ScriptedSocket('ws://room')
    socket.addEventListener('message', ({ data }) => take(JSON.parse(data)))
    return { ...list, deliver, draw() {} }
  },
})

export const arrayByHand = byHand('by hand, array copied', arrayCopy)
export const mapByHand = byHand('by hand, map copied', mapCopy)

export const partysocketFeed: Feed = {
  name: 'partysocket, array copied',
  dialect: raw,
  async open(room) {
    const { ScriptedSocket, deliver } = createScriptedSocketClass(raw, room)
    const { take, ...list } = createList(arrayCopy, room)
    const socket = new PartySocket('ws://room', [], { WebSocket: ScriptedSocket })
    socket.addEventListener('message', ({ data }) => take(JSON.parse(data)))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    return { ...list, deliver, draw() {} }
  },
}

export const centrifugeFeed: Feed = {
  name: 'centrifuge, array copied',
  dialect: centrifugo,
  async open(room) {
    const { ScriptedSocket, deliver } = createScriptedSocketClass(centrifugo, room)
    const { take, ...list } = createList(arrayCopy, room)
    const client = new Centrifuge('ws://room', { websocket: ScriptedSocket })
    const subscription = client.newSubscription('room')
    subscription.on('publication', ({ data }) => take(data))
    const isIn = new Promise((resolve) => subscription.on('subscribed', resolve))
    subscription.subscribe()
    client.connect()
    await isIn
    return { ...list, deliver, draw() {} }
  },
}

const sessionFeed = (name: string, isCommittingEach: boolean): Feed => ({
  name,
  dialect: sessionProtocol,
  async open(room) {
    const { ScriptedSocket, deliver } = createScriptedSocketClass(sessionProtocol, room)
    let commit: (() => void) | undefined
    let seen = 0
    const draw = () => {
      const run = commit
      commit = undefined
      run?.()
    }
    const { ready, store, getMessage, getMessages, subscribeMessages } = createSession({
      url: 'http://room',
      sessionId: 'room',
      storage: null,
      WebSocket: ScriptedSocket,
      schedule(run) {
        commit = run
        return () => {
          commit = undefined
        }
      },
    })
    subscribeMessages(() => {
      const last = getMessage(store.getState().keys.at(-1) ?? '')
      seen = last ? textOf(last).length : 0
    })
    await ready
    return {
      deliver(text) {
        deliver(text)
        if (isCommittingEach) draw()
      },
      draw,
      texts: () => getMessages().map(textOf),
      seen: () => seen,
    }
  },
})

/** As it is: a commit with each animation frame, and at once for the end of an answer. */
export const session = sessionFeed('session-kit', false)
/** As nobody has it: a commit for every text. */
export const sessionCommittingEach = sessionFeed('session-kit, a commit each', true)

export const FEEDS: readonly Feed[] = [
  arrayByHand,
  mapByHand,
  partysocketFeed,
  centrifugeFeed,
  sessionCommittingEach,
  session,
]
