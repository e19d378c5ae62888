/**
 * A session of this browser: joins the line, the log, the outbox and the store.
 *
 * Everything from outside (sockets, time, ids, storage, the page) is passed in, or
 * read when it is needed: nothing at import.
 */

import { closeAction } from '../protocol/index.ts'
import { type Clock, systemClock } from '../socket/Clock.ts'
import { type Connection, createLine } from '../socket/createLine.ts'
import { toStatus } from '../socket/createReconnectingWebSocket.ts'
import { platformSignals } from '../socket/networkSignals.ts'
import { createBroadcast } from './createBroadcast.ts'
import { createDelivery } from './createDelivery.ts'
import { createFeed } from './createFeed.ts'
import { createFollower } from './createFollower.ts'
import { createId as createRandomId } from './createId.ts'
import { createIdentity } from './createIdentity.ts'
import { createOutbox, type OutboxEntry } from './createOutbox.ts'
import { createPager } from './createPager.ts'
import { createPageWatch } from './createPageWatch.ts'
import { createPresenceVoice } from './createPresenceVoice.ts'
import { createReader } from './createReader.ts'
import { createSender } from './createSender.ts'
import { createTabs } from './createTabs.ts'
import { createTimers } from './createTimers.ts'
import { isStored } from './feedLog.ts'
import { createFrameSchedule } from './frameSchedule.ts'
import { createKeep, keepPrefix } from './keep.ts'
import { pendingRow } from './pendingRow.ts'
import { type Session, SessionError } from './Session.ts'
import type { SessionOptions } from './SessionOptions.ts'

const DRAFT = 'draft'
/** A number, so that a page needn't carry the names of all close codes. */
const TOO_LARGE = 1009

/**
 * Join a session: connects at once, and stays until `close()`.
 *
 * @throws SessionError `bad_session_id`, `bad_guest`
 */
export function createSession(options: SessionOptions): Session {
  const { sessionId, signal, ...rest } = options
  const clock: Clock = options.clock ?? systemClock
  const network = options.network ?? platformSignals
  const createId = options.createId ?? createRandomId
  const wallMs = options.wallClock ?? Date.now
  const prefix = keepPrefix(options.url, sessionId)
  const keep = createKeep(prefix, options.storage)
  const timers = createTimers(clock)
  // A storage that was passed in is not what the platform's locks speak of.
  const locks =
    options.locks ?? (options.storage === undefined ? globalThis.navigator?.locks : undefined)
  const tab = locks ? createId() : ''
  const outbox = createOutbox(keep, tab)
  const identity = createIdentity(options, keep, createId)
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {})
  let draft = keep.read(DRAFT) ?? ''
  let isClosed = false
  /** why nothing will be heard */
  let over: SessionError | undefined

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
    const row = log.draft(entry.cid)
    // Sent by a tab that died before it heard so.
    if (row?.delivery === 'stored') return delivery.stored(entry.cid, row)
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
      delivery.synced()
      line.ready()
      feed.commit()
      if (isNewEpoch) feed.markRead()
      ready.resolve()
      presence.repeat()
      pager.ask()
      page.start()
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
    over: () => over,
    onPhase(phase) {
      feed.patch({ history: { ...feed.state().history, phase } })
      feed.commit()
    },
  })

  const broadcast = createBroadcast(delivery)
  const presence = createPresenceVoice({ clock, timers, canSay: canSend, say: delivery.say })

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
    if (phase !== 'ended') over = undefined
    else if (!isClosed) {
      const why = connection.close?.reason || `close code ${connection.close?.code}`
      end(new SessionError('ended', `the session has ended: ${why}`))
    }
    feed.patch({ connection, status: toStatus(connection) })
    feed.commit()
  }

  const tabs = createTabs({
    timers,
    locks,
    prefix,
    tab,
    others: outbox.others,
    onGone(gone) {
      outbox.adopt(gone)
      // What was said before goes before: in the feed as in the outbox.
      log.retain(isStored)
      outbox.list().forEach(show)
      delivery.adopted()
      feed.commit()
    },
  })

  const page = createPageWatch({
    clock,
    network,
    tabs,
    onBack: () => follower.ask(),
    onEvent: feed.commit,
  })

  function end(error: SessionError) {
    over = error
    ready.reject(error)
    pager.fail(error)
  }

  function close() {
    if (isClosed) return
    isClosed = true
    page.stop()
    line.close()
    timers.clearAll()
    const error = new SessionError('closed', 'the session was closed')
    delivery.abandon(error)
    end(error)
    feed.commit()
  }

  outbox.list().forEach(show)
  feed.commit()
  const line = createLine(
    {
      ...rest,
      clock,
      network,
      heartbeat: true,
      crowd: () => feed.state().connections,
      url: identity.url,
      shouldReconnect({ code }) {
        if (code === TOO_LARGE) delivery.tooLarge()
        return closeAction(code)
      },
    },
    { onText: read, onConnection },
  )
  page.start()

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
      if (text) keep.write(DRAFT, text)
      else keep.remove(DRAFT)
    },
    markRead: feed.markRead,
    reconnect() {
      if (signal?.aborted) return
      isClosed = false
      page.start()
      line.reconnect()
    },
    close,
    forget() {
      close()
      outbox.clear()
      for (const name of keep.names()) keep.remove(name)
      identity.forget()
      draft = ''
      log.retain(isStored)
      feed.commit()
    },
  }
  signal?.addEventListener('abort', close)
  if (signal?.aborted) close()
  return session
}
