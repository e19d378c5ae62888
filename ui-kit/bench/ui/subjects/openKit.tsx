/** The kit's feed on a real session, whose socket has no network: the texts are the server's. */

import { createRoot } from 'react-dom/client'
import {
  createSession,
  MessageFeed,
  type PartRenderers,
  SessionProvider,
} from '../../../src/index.ts'
import type { Message, PageRequestFrame } from '../../../src/protocol/index.ts'
import { createScriptedSocketClass } from '../../feed/createScriptedSocketClass.ts'
import { createMessage, type Dialect, EPOCH, msgFrame } from '../../room/Dialect.ts'
import { sessionProtocol } from '../../room/dialects.ts'
import type { Feed, Subject } from '../page/Subject.ts'
import '../../../src/styles/styles.css'

/** most that a page holds */
const PAGE = 100

export const openKit =
  (renderers?: PartRenderers): Subject['open'] =>
  (root, { log, older }) => {
    const { ScriptedSocket, deliver, say, letOlderCome } = createServer(log)
    const session = createSession({
      url: 'http://room',
      sessionId: 'room',
      storage: null,
      WebSocket: ScriptedSocket,
      initial: {
        sessionId: 'room',
        epoch: EPOCH,
        head: log.length,
        messages: log.slice(older),
        hasOlder: older > 0,
      },
    })
    createRoot(root).render(
      <SessionProvider session={session}>
        <MessageFeed renderers={renderers} />
      </SessionProvider>,
    )
    return {
      ...answers(deliver, say, log.length),
      async prepend() {
        letOlderCome()
        while (session.store.getState().history.hasOlder) await session.loadOlder(PAGE)
      },
    }
  }

type Say = (message: Message) => void

/** Tells of one answer after the other, as the server does: whole at both ends, deltas between. */
function answers(
  deliver: (text: string) => void,
  say: Say,
  head: number,
): Pick<Feed, 'begin' | 'grow' | 'finish'> {
  let seq = head
  let answer: Message | undefined
  let text = ''
  return {
    begin() {
      seq += 1
      text = ''
      answer = { ...createMessage(seq, '', 'streaming'), role: 'assistant' }
      say(answer)
      deliver(JSON.stringify({ type: 'status', state: 'working' }))
    },
    grow(more) {
      const from = text.length
      text += more
      deliver(JSON.stringify({ type: 'delta', id: answer?.id, part: 0, from, text: more }))
    },
    finish() {
      if (!answer) return
      seq += 1
      say({ ...answer, seq, state: 'done', parts: [{ type: 'text', text }] })
      deliver(JSON.stringify({ type: 'status', state: 'idle' }))
    },
  }
}

/** Answers a hello with what is missing, and a page when older ones may come. */
function createServer(log: readonly Message[]) {
  const asked: PageRequestFrame[] = []
  let isOlderComing = false

  const dialect: Dialect = {
    ...sessionProtocol,
    answer(text, room) {
      const frame = JSON.parse(text)
      if (frame.type !== 'page') return sessionProtocol.answer(text, room)
      if (isOlderComing) return [page(frame)]
      asked.push(frame)
      return []
    },
  }
  const page = ({ ref, before, limit }: PageRequestFrame) => {
    const messages = log.slice(Math.max(0, before - 1 - limit), before - 1)
    return JSON.stringify({ type: 'page', ref, messages, hasOlder: before - 1 - limit > 0 })
  }
  const room = { log: [...log], connections: 1 }
  const { ScriptedSocket, deliver } = createScriptedSocketClass(dialect, room)
  return {
    ScriptedSocket,
    deliver,
    say: (message: Message) => deliver(JSON.stringify(msgFrame(message))),
    letOlderCome() {
      isOlderComing = true
      for (const frame of asked) deliver(page(frame))
    },
  }
}
