/**
 * A session of this browser: joins the line, the log, the outbox and the store.
 *
 * Everything from outside (sockets, time, ids, storage, the page) is passed in, or
 * read when it is needed: nothing at import.
 */

import { CLOSE, closeAction, isSessionId, PING, PONG, utf8Length } from '../protocol/index.ts'
import { type Clock, systemClock } from '../socket/Clock.ts'
import { type Connection, createLine, type LineOptions } from '../socket/createLine.ts'
import { toStatus } from '../socket/createReconnectingWebSocket.ts'
import { type NetworkEvent, platformSignals } from '../socket/networkSignals.ts'
import { createDelivery, frameText } from './createDelivery.ts'
import { createFeed, tell } from './createFeed.ts'
import { createFollower } from './createFollower.ts'
import { createId as createRandomId } from './createId.ts'
import { createOutbox, type OutboxEntry } from './createOutbox.ts'
import { createPager } from './createPager.ts'
import { createPresenceVoice } from './createPresenceVoice.ts'
import { createReader } from './createReader.ts'
import { createTimers } from './createTimers.ts'
import { UNSTORED_POS } from './feedLog.ts'
import { createFrameSchedule, type Schedule } from './frameSchedule.ts'
import { createKeep, type KeepStorage, keepPrefix } from './keep.ts'
import { type FeedMessage, type Session, SessionError } from './Session.ts'
import { keptGuest, sessionUrl } from './sessionUrl.ts'

export interface SessionOptions
  extends Pick<
    LineOptions,
    'backoff' | 'clock' | 'connectTimeoutMs' | 'network' | 'random' | 'signal' | 'WebSocket'
  > {
  /** where the api lives: `https://chat.example.com`, or '' for the origin of this page */
  url: string
  /** 1 to 64 of `A-Z a-z 0-9 _ -` */
  sessionId: string
  /** a guest's name, 1 to 64 characters; a ticket brings its own */
  name?: string
  /** a guest's secret, 16 to 64 of `A-Z a-z 0-9 _ -`; made and kept unless given */
  guest?: string
  /** Asked anew at every attempt; with it nobody is a guest. */
  ticket?: () => string | Promise<string>
  /** where outbox and guest secret are kept: `localStorage` unless given, null for nowhere */
  storage?: KeepStorage | null
  /** when to show what came; the next animation frame unless given */
  schedule?: Schedule
  /** makes cids and secrets: 16 to 64 of `A-Z a-z 0-9 _ -`, never the same twice */
  createId?: () => string
  /** ms since 1970 */
  wallClock?: () => number
}

/** the name under which the draft is kept */
const DRAFT = 'draft'

/** Hidden for longer, a page asks what it missed. */
const HIDDEN_MS = 60_000

/** Types that a broadcast may not bear, because the server reads them as its own. */
const RESERVED = ['hello', 'send', 'again', 'cancel', 'page', 'presence', 'ping']

/**
 * Join a session: connects at once, and stays until `close()`.
 *
 * @throws SessionError `bad_session_id`
 */
export function createSession(options: SessionOptions): Session {
  const { sessionId, ticket } = options
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
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {})
  const broadcastListeners = new Set<(data: unknown, from: string) => void>()
  let guest = options.guest
  let draft = keep.read(DRAFT) ?? ''
  let isClosed = false
  let hiddenAtMs = Infinity
  let unsubscribe: (() => void) | undefined

  const feed = createFeed({
    schedule: options.schedule ?? createFrameSchedule(clock, network),
    outbox: outbox.cids,
  })
  const { log } = feed
  /** Shown rows stand in the store only after a commit, what was kept included. */
  const secret = () => (guest ??= keptGuest(keep, createId))
  const unknownOwner = `?${createId()}`
  /** Before the first welcome only a guest's secret tells whose words these are. */
  const ownerBefore = () => (ticket ? unknownOwner : `guest:${shortHash(secret())}`)
  const canSend = () => follower.isSynced()

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
      if (entry.again !== undefined) return
      if (isGone) log.retain(({ key }) => key !== entry.cid)
      else log.put(toPendingRow(entry))
      feed.commitSoon()
    },
  })

  const follower = createFollower({
    clock,
    timers,
    log,
    toRow(message) {
      const { author, cid, id } = message
      const isOwn =
        cid !== undefined && (author.id === feed.state().you?.user.id || !!outbox.get(cid))
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
    oldestPos() {
      const row = log.draft(log.draftKeys()[0] ?? '')
      return row?.pos === UNSTORED_POS ? undefined : row?.pos
    },
    hasOlder: () => feed.state().history.hasOlder,
    onPhase(phase) {
      feed.patch({ history: { ...feed.state().history, phase } })
      feed.commit()
    },
  })

  const presence = createPresenceVoice({ clock, canSay: canSend, say: delivery.say })

  const read = createReader({
    feed,
    follower,
    delivery,
    outbox,
    pager,
    ownerBefore,
    onWelcome() {
      for (const entry of outbox.list()) if (entry.again === undefined) log.put(toPendingRow(entry))
    },
    onEcho: (data, from) => tell(broadcastListeners, data, from),
  })

  function toPendingRow(entry: OutboxEntry): FeedMessage {
    const { cid, createdAt, delivery: state, failure, meta, parts } = entry
    return {
      key: cid,
      id: cid,
      cid,
      pos: UNSTORED_POS,
      seq: 0,
      role: 'user',
      author: feed.state().you?.user ?? { id: '', name: options.name ?? '' },
      state: 'done',
      parts,
      createdAt,
      delivery: state,
      ...(meta && { meta }),
      ...(failure && { failure }),
    }
  }

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

  function enqueue(fields: Pick<OutboxEntry, 'parts' | 'meta' | 'again'>) {
    if (isClosed) throw new SessionError('closed', 'the session was closed; reconnect() opens it')
    const cid = createId()
    const text = frameText({ cid, ...fields })
    const bytes = utf8Length(text)
    const { frameBytes } = delivery.limits()
    if (bytes > frameBytes)
      throw new SessionError(
        'too_large',
        `this message has ${bytes} bytes, and ${frameBytes} may be sent; shorten or divide it`,
      )
    // A copy: what the caller does to its objects afterwards must not change a resend.
    const { parts = [], meta } = JSON.parse(text) as Pick<OutboxEntry, 'parts' | 'meta'>
    const owner = feed.state().you?.user.id ?? ownerBefore()
    const { again } = fields
    const entry = outbox.add({
      cid,
      owner,
      createdAt: wallMs(),
      bytes,
      parts,
      ...(meta && { meta }),
      ...(again !== undefined && { again }),
    })
    if (again === undefined) log.put(toPendingRow(entry))
    const stored = delivery.promise(cid)
    delivery.pump()
    feed.commit()
    return { cid, stored }
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
  for (const entry of outbox.list()) log.put(toPendingRow(entry))
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
      url: () => {
        const { url, name } = options
        if (!ticket) return sessionUrl(url, sessionId, { guest: secret(), name })
        const given = ticket()
        return typeof given === 'string'
          ? sessionUrl(url, sessionId, { ticket: given })
          : given.then((ticket) => sessionUrl(url, sessionId, { ticket }))
      },
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
    send(content) {
      const { parts, meta } =
        typeof content === 'string'
          ? { parts: [{ type: 'text' as const, text: content }] }
          : { meta: undefined, ...content }
      if (parts.every((part) => part.type === 'text' && part.text === ''))
        throw new SessionError('empty', 'there is nothing to send; give some text or a part')
      return enqueue({ parts, ...(meta && { meta }) })
    },
    again: (id) => enqueue({ parts: [], again: id }).stored,
    retry(cid) {
      const entry = outbox.get(cid)
      if (entry?.delivery !== 'failed') return
      delivery.retry(entry, feed.state().you?.user.id ?? ownerBefore())
      feed.commit()
    },
    discard(cid) {
      const entry = outbox.get(cid)
      if (!entry) return
      delivery.discard(entry)
      feed.commit()
    },
    cancel(id) {
      const answer = id ?? log.all().findLast(({ state }) => state === 'streaming')?.id
      if (answer !== undefined) delivery.say({ type: 'cancel', id: answer })
    },
    loadOlder: pager.load,
    setPresence: presence.set,
    setTyping: presence.setTyping,
    broadcast(data) {
      const type = (data as { type?: unknown } | null | undefined)?.type
      if (RESERVED.includes(type as string))
        throw new SessionError(
          'reserved_type',
          `a broadcast may not have the type ${JSON.stringify(type)}, which the protocol uses`,
        )
      delivery.sayNow(JSON.stringify(data))
    },
    onBroadcast(listener) {
      broadcastListeners.add(listener)
      return () => broadcastListeners.delete(listener)
    },
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
      guest = undefined
      draft = ''
      log.retain(({ pos }) => pos !== UNSTORED_POS)
      feed.commit()
    },
  }
  options.signal?.addEventListener('abort', close)
  if (options.signal?.aborted) close()
  return session
}

/** Tells two secrets apart without keeping either. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(36)
}
