/**
 * Takes what a person says: checks it, puts it into the outbox and the feed, sends it.
 *
 * Whatever is refused here is refused before anything is queued. Knows no socket.
 */

import {
  type ClientLimits,
  contentFault,
  isCid,
  isEmpty,
  type Message,
  type Meta,
  type UserPart,
  utf8Length,
} from '../protocol/index.ts'
import type { Delivery } from './createDelivery.ts'
import type { Outbox, OutboxEntry, Writer } from './createOutbox.ts'
import { frameText } from './frameText.ts'
import { type SendResult, type Session, SessionError } from './Session.ts'
import { spare, whyTooLarge } from './tooLarge.ts'

export interface SenderPorts {
  outbox: Outbox
  delivery: Delivery
  limits(): ClientLimits
  createId(): string
  /** ms since 1970 */
  wallMs(): number
  /** whose words these are */
  writer(): Writer
  isClosed(): boolean
  show(entry: OutboxEntry): void
  commit(): void
}

export type Sender = Pick<Session, 'send' | 'bytesLeft' | 'again' | 'retry' | 'discard'>

interface Content {
  parts: UserPart[]
  meta?: Meta
  again?: string
}

export function createSender(ports: SenderPorts): Sender {
  const { outbox, delivery } = ports
  /** Drawn ahead: how much fits depends on its length. */
  let nextCid: string | undefined

  function cidOfNext(): string {
    nextCid ??= ports.createId()
    if (!isCid(nextCid))
      throw new SessionError(
        'bad_id',
        `createId() gave ${JSON.stringify(nextCid)}; it has to give 16 to 64 of A-Z a-z 0-9 _ -`,
      )
    return nextCid
  }

  function enqueue(content: Content): SendResult & { stored: Promise<Message> } {
    if (ports.isClosed())
      throw new SessionError('closed', 'the session was closed; reconnect() opens it')
    const cid = cidOfNext()
    const text = frameText({ cid, ...content })
    const bytes = utf8Length(text)
    const problem = whyTooLarge({ ...content, bytes }, ports.limits())
    if (problem) throw new SessionError('too_large', problem)
    nextCid = undefined
    const entry = outbox.add({
      ...content,
      cid,
      ...ports.writer(),
      createdAt: ports.wallMs(),
      bytes,
    })
    ports.show(entry)
    const stored = delivery.promise(cid)
    delivery.pump()
    ports.commit()
    return { cid, stored }
  }

  return {
    send(content) {
      const given = contentOf(content)
      if (isEmpty(given.parts))
        throw new SessionError('empty', 'there is nothing to send; give some text or a part')
      check(given)
      // A copy: what the caller does to its objects afterwards must not change a resend.
      const copy: Content = JSON.parse(JSON.stringify(given))
      // JSON drops what it can't write.
      check(copy)
      return enqueue(copy)
    },
    bytesLeft(content) {
      const given = contentOf(content)
      const frame = frameText({ cid: cidOfNext(), ...given })
      return spare(given, utf8Length(frame), ports.limits())
    },
    again(id) {
      const stored = (async () => {
        if (!id || typeof id !== 'string')
          throw new SessionError('bad_id', 'again() takes the id of an answer; give it a string')
        return enqueue({ parts: [], again: id }).stored
      })()
      stored.catch(() => {})
      return stored
    },
    retry(cid) {
      const entry = outbox.get(cid)
      if (entry?.delivery !== 'failed') return
      delivery.retry(entry, ports.writer())
      ports.commit()
    },
    discard(cid) {
      const entry = outbox.get(cid)
      if (!entry) return
      delivery.discard(entry)
      ports.commit()
    },
  }
}

/** As the server judges it. */
function check(content: Content) {
  const fault = contentFault(content)
  if (fault) throw new SessionError('bad_content', `${fault.field}: ${fault.message}`)
}

function contentOf(content: Parameters<Session['send']>[0]): Content {
  const { parts, meta }: Content =
    typeof content === 'string' ? { parts: [{ type: 'text', text: content }] } : content
  return meta ? { parts, meta } : { parts }
}
