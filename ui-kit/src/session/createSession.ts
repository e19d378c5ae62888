/**
 * A session of this browser: joins the line, the log, the outbox and the store.
 *
 * Everything from outside (sockets, time, ids, storage, the page) is passed in, or
 * read when it is needed: nothing at import.
 */

import { CLOSE, closeAction, isSessionId, PING, PONG } from '../protocol/index.ts'
import { type Clock, systemClock } from '../socket/Clock.ts'
import { type Connection, createLine } from '../socket/createLine.ts'
import { toStatus } from '../socket/createReconnectingWebSocket.ts'
import { type NetworkEvent, platformSignals } from '../socket/networkSignals.ts'
import { createBroadcast } from './createBroadcast.ts'
import { createDelivery } from './createDelivery.ts'
import { createFeed } from './createFeed.ts'
import { createFollower } from './createFollower.ts'
import { createId as createRandomId } from './createId.ts'
import { createIdentity } from './createIdentity.ts'
import { createOutbox, type OutboxEntry } from './createOutbox.ts'
import { createPager } from './createPager.ts'
import { createPresenceVoice } from './createPresenceVoice.ts'
import { createReader } from './createReader.ts'
import { createSender } from './createSender.ts'
import { createTimers } from './createTimers.ts'
import { UNSTORED_POS } from './feedLog.ts'
import { createFrameSchedule } from './frameSchedule.ts'
import { createKeep, keepPrefix } from './keep.ts'
import { pendingRow } from './pendingRow.ts'
import { type Session, SessionError } from './Session.ts'
import type { SessionOptions } from './SessionOptions.ts'

/** the name under which the draft is kept */
const DRAFT = 'draft'

/** Hidden for longer, a page asks what it missed. */
const HIDDEN_MS = 60_000

/**
 * Join a session: connects at once, and stays until `close()`.
 *
 * @throws SessionError `bad_session_id`, `bad_guest`
 */
export function createSession(options: SessionOptions): Session {
  const { sessionId } = options
  if (!isSessionId(sessionId))
    throw new SessionError(
      'bad_session_id',
      `${JSON.stringify(sessionId)} is no session id; use 1 to 64 of A-Z a-z 0-9 _ -`,
    )
  const clock: Clock = options.clock ?? systemClock
  const network = options.network ?? platformSignals
  const createId = options.createId ?? createRandomId
  const wallMs = options.wallClock ?? Date.now
  const keep = createKeep(keepPrefix(options.url, sessionId), options.storage)
  const timers = createTimers(clock)
  const outbox = createOutbox(keep)
  const identity = createIdentity(options, keep, createId)
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {})
  let draft = keep.read(DRAFT) ?? ''
  let isClosed = false
  let hiddenAtMs = Infinity
  let unsubscribe: (() => void) | undefined

  const feed = createFeed({
    schedule: options.schedule ?? createFrameSchedule(clock, network),
    outbox: outbox.cids,
  })
  const { log } = feed
  const you = () => feed.state().you?.user
  const canSend = () => follower.isSynced()

  /** A wish for another answer has no row of its own. */
  function show(entry: OutboxEntry) {
    if (entry.again !== undefined) return
    log.put(pendingRow(entry, you() ?? { id: '', name: options.name ?? '' }))
  }

  const delivery = createDelivery({
    clock,
    timers,
    outbox,
    wallMs,
    canSend,
    sendText: (text) => line.send(text),
    bufferedAmount: () => line.bufferedAmount(),
    onConfused: () => follower.gap(),
    onUnanswered: () => follower.ask(),
    onEntry(entry, isGone) {
      if (isGone) log.retain(({ key }) => key !== entry.cid)
      else show(entry)
      feed.commitSoon()
    },
  })

  const follower = createFollower({
    clock,
    timers,
    log,
    toRow(message) {
      const { author, cid, id } = message
      const isOwn = cid !== undefined && (author.id === you()?.id || !!outbox.get(cid))
      if (isOwn) delivery.stored(cid, message)
      return { ...message, key: log.keyOf(id) ?? (isOwn ? cid : id), delivery: 'stored' }
    },
    sayHello(hello) {
      // The cursor that it tells is that of the draft.
      feed.commit()
      if (line.send(JSON.stringify(hello))) delivery.helloSaid()
    },
    onSynced({ mode, hasOlder }, isNewEpoch) {
      const { history } = feed.state()
      feed.patch({
        history: {
          phase: history.phase === 'loading' ? 'loading' : 'idle',
          hasOlder: mode === 'snapshot' ? hasOlder : history.hasOlder,
        },
      })
      line.ready()
      feed.commit()
      if (isNewEpoch) feed.markRead()
      ready.resolve()
      delivery.synced()
      presence.repeat()
      pager.ask()
    },
    isWorking: () => feed.state().agent.state === 'working',
    onDead: () => line.reconnect(),
  })

  const pager = createPager({
    timers,
    createId,
    say: delivery.say,
    canSend,
    wholeFrom: follower.wholeFrom,
    hasOlder: () => feed.state().history.hasOlder,
    onPhase(phase) {
      feed.patch({ history: { ...feed.state().history, phase } })
      feed.commit()
    },
  })

  const broadcast = createBroadcast(delivery.sayNow)
  const presence = createPresenceVoice({ clock, canSay: canSend, say: delivery.say })

  const read = createReader({
    feed,
    follower,
    delivery,
    outbox,
    pager,
    ownerBefore: identity.ownerBefore,
    // Now it is known by which name they go.
    onWelcome: () => outbox.list().forEach(show),
    onEcho: broadcast.heard,
  })

  const sender = createSender({
    outbox,
    delivery,
    createId,
    wallMs,
    owner: () => you()?.id ?? identity.ownerBefore(),
    isClosed: () => isClosed,
    show,
    commit: feed.commit,
  })

  function onConnection(connection: Connection) {
    const { phase } = connection
    if (phase === 'syncing') {
      delivery.opened()
      follower.joined()
    } else if (phase !== 'live') follower.left()
    if (phase === 'ended') {
      const why = connection.close?.reason || `close code ${connection.close?.code}`
      end(new SessionError('ended', `the session has ended: ${why}`))
    }
    feed.patch({ connection, status: toStatus(connection) })
    feed.commit()
  }

  function onNetwork(event: NetworkEvent) {
    if (event === 'hidden') hiddenAtMs = clock.now()
    if (event === 'visible' && clock.now() - hiddenAtMs >= HIDDEN_MS) follower.ask()
    feed.commit()
  }

  function end(error: SessionError) {
    ready.reject(error)
    pager.fail(error)
  }

  function close() {
    if (isClosed) return
    isClosed = true
    unsubscribe?.()
    line.close()
    timers.clearAll()
    const error = new SessionError('closed', 'the session was closed')
    delivery.abandon(error)
    end(error)
    feed.commit()
  }

  const listen = () => {
    unsubscribe = network.subscribe(onNetwork)
  }

  const { backoff, connectTimeoutMs, random, WebSocket } = options
  outbox.list().forEach(show)
  feed.commit()
  const line = createLine(
    {
      ...(backoff && { backoff }),
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
      ...(random && { random }),
      ...(WebSocket && { WebSocket }),
      clock,
      network,
      heartbeat: { send: PING, reply: PONG },
      url: identity.url,
      shouldReconnect({ code }) {
        if (code === CLOSE.tooLarge) delivery.tooLarge()
        return closeAction(code)
      },
    },
    { isReadyByCaller: true, onText: read, onConnection },
  )
  listen()

  const session: Session = {
    sessionId,
    clock,
    store: feed.store,
    ready: ready.promise,
    getMessages: log.all,
    getMessage: log.get,
    subscribeMessage: feed.subscribeMessage,
    subscribeMessages: feed.subscribeMessages,
    ...sender,
    cancel(id) {
      const answer = id ?? log.all().findLast(({ state }) => state === 'streaming')?.id
      if (answer !== undefined) delivery.say({ type: 'cancel', id: answer })
    },
    loadOlder: pager.load,
    setPresence: presence.set,
    setTyping: presence.setTyping,
    broadcast: broadcast.broadcast,
    onBroadcast: broadcast.onBroadcast,
    getDraft: () => draft,
    setDraft(text) {
      draft = text
      if (text === '') keep.remove(DRAFT)
      else keep.write(DRAFT, text)
    },
    markRead: feed.markRead,
    reconnect() {
      if (isClosed) {
        isClosed = false
        listen()
      }
      line.reconnect()
    },
    close,
    forget() {
      close()
      outbox.clear()
      for (const name of keep.names()) keep.remove(name)
      identity.forget()
      draft = ''
      log.retain(({ pos }) => pos !== UNSTORED_POS)
      feed.commit()
    },
  }
  options.signal?.addEventListener('abort', close)
  if (options.signal?.aborted) close()
  return session
}
