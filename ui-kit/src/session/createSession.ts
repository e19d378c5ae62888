/**
 * A session of this browser: joins the line, the log, the outbox and the store.
 *
 * Everything from outside (sockets, time, ids, storage, the page) is passed in, or
 * read when it is needed: nothing at import.
 */

import { closeAction } from '../protocol/index.ts'
import { type Connection, createLine } from '../socket/createLine.ts'
import { toStatus } from '../socket/createReconnectingWebSocket.ts'
import type { AppTypes } from './AppTypes.ts'
import { createBroadcast } from './createBroadcast.ts'
import { createDelivery } from './createDelivery.ts'
import { createDraft } from './createDraft.ts'
import { createFeed } from './createFeed.ts'
import { createFollower } from './createFollower.ts'
import { createGround } from './createGround.ts'
import { createIdentity } from './createIdentity.ts'
import { createOwnRows } from './createOwnRows.ts'
import { createPager } from './createPager.ts'
import { createPageWatch } from './createPageWatch.ts'
import { createPresenceVoice } from './createPresenceVoice.ts'
import { createReader } from './createReader.ts'
import { createSender } from './createSender.ts'
import { createSpeech } from './createSpeech.ts'
import { createTabs } from './createTabs.ts'
import { createWriter } from './createWriter.ts'
import { isStored } from './feedLog.ts'
import { initialOf, initialRows, initialState, saidUser } from './InitialSession.ts'
import { type Session, SessionError } from './Session.ts'
import type { SessionOptions } from './SessionOptions.ts'

/** A number, so that a page needn't carry the names of all close codes. */
const TOO_LARGE = 1009

/**
 * Join a session: connects at once, and stays until `close()`.
 *
 * @throws SessionError `bad_session_id`, `bad_guest`, `no_origin`; RangeError `bad_option`
 */
export function createSession<App extends AppTypes = AppTypes>(
  options: SessionOptions,
): Session<App> {
  const { sessionId, signal, ...rest } = options
  const ground = createGround(options)
  const { clock, keep, network, outbox, timers } = ground
  const identity = createIdentity(options, keep, ground.createId)
  let ready = createReady()
  let isReady = false
  /** why nothing will be heard */
  let over: SessionError | undefined

  const initial = initialOf(options)
  const firstRows = initialRows(options)
  const feed = createFeed({ ...ground, first: initialState(options), outbox: outbox.cids })
  const { log, state, patch, commit, commitSoon, ...shown } = feed
  const you = () => state().you?.user

  const { account, author, writer, isMine, isOwn } = createWriter({
    identity,
    isBearer: options.ticket !== undefined,
    userId: saidUser(options),
    you,
  })
  const { open, keepDraft, forget, ...draft } = createDraft(keep, account())
  const canSend = () => follower.isSynced()
  const crowd = () => state().connections
  const bufferedAmount = () => line.bufferedAmount()
  const isClosed = () => over?.code === 'closed'

  const speech = createSpeech({
    ...ground,
    canSend,
    sendText: (text) => line.send(text),
    bufferedAmount,
    onTurn: () => delivery.pump(),
  })

  const delivery = createDelivery({
    ...ground,
    speech,
    canSend,
    bufferedAmount,
    onConfused: () => follower.gap(),
    onUnanswered: () => follower.ask(),
    onEntry(entry, isGone) {
      if (isGone) rows.hide(entry.cid)
      else rows.show(entry)
      commitSoon()
    },
  })

  const rows = createOwnRows({
    log,
    outbox,
    initial,
    you: author,
    cursor: () => follower.cursor(),
    onStored: delivery.stored,
  })

  const follower = createFollower({
    ...ground,
    crowd,
    log,
    toRow: rows.toRow,
    sayHello(hello) {
      // The cursor that it tells is that of the draft.
      commit()
      if (line.send(JSON.stringify(hello))) speech.helloSaid()
    },
    onSynced(sync, isNewEpoch) {
      pager.synced(sync)
      delivery.synced()
      line.tell('ready')
      commit()
      if (isNewEpoch) shown.markRead()
      // Who heard it may have closed it.
      if (!canSend()) return
      isReady = true
      ready.resolve()
      repeat()
      pager.ask()
      page.start()
    },
    isWorking: () => state().agent.state === 'working',
    onProgress: () => line.tell('progress'),
    onDead: () => line.tell('silent'),
  })

  const pager = createPager({
    ...ground,
    feed,
    canSend,
    say(frame) {
      speech.say(frame)
      line.tell('asked')
    },
    wholeFrom: follower.wholeFrom,
    over: () => over,
  })

  const { heard, ...broadcast } = createBroadcast(speech)
  const { repeat, ...presence } = createPresenceVoice({ ...ground, say: speech.say })

  const read = createReader({
    clock,
    feed,
    follower,
    pager,
    delivery,
    onWelcome(limits) {
      delivery.welcomed(limits, writer(), identity.welcomed())
      outbox.sweep(isMine)
      // Now it is known by which name they go, and what else is theirs.
      open(account())
      takeOver(ground.tab)
    },
    onAck: rows.acked,
    onEcho: heard,
  })

  const sender = createSender({
    ...ground,
    delivery,
    limits: speech.limits,
    writer,
    isClosed,
    show: rows.show,
    commit() {
      commit()
      line.tell('busy')
    },
  })

  function takeOver(from: string) {
    outbox.adopt(from, isMine)
    // What was said before goes before: in the feed as in the outbox.
    log.retain(isStored)
    rows.showAll()
    delivery.adopted()
  }

  function onConnection(connection: Connection) {
    const { phase } = connection
    if (phase === 'syncing') {
      delivery.opened()
      follower.joined()
    } else if (phase !== 'live') follower.left()
    if (phase !== 'ended') over = undefined
    else if (!isClosed()) {
      const why = connection.close?.reason || `close code ${connection.close?.code}`
      end(new SessionError('ended', `the session has ended: ${why}`))
    }
    patch({ connection, status: toStatus(connection) })
    commit()
  }

  const tabs = createTabs({
    ...ground,
    others: () => outbox.others(isMine),
    onGone(gone) {
      commit()
      takeOver(gone)
      commit()
    },
  })

  const page = createPageWatch({
    ...ground,
    tabs,
    onBack: follower.ask,
    onEvent() {
      keepDraft()
      commit()
    },
  })

  function end(error: SessionError) {
    over = error
    ready.reject(error)
    pager.fail(error)
  }

  function close() {
    if (isClosed()) return
    const closed = new SessionError('closed', 'the session was closed')
    over = closed
    signal?.removeEventListener('abort', close)
    page.stop()
    line.close()
    timers.clearAll()
    delivery.abandon(closed)
    end(closed)
    commit()
  }

  takeOver(ground.tab)
  if (initial) follower.begin(initial)
  commit()
  // What a server showed counts as read, what comes after it does not.
  if (initial) shown.markRead()
  const line = createLine(
    {
      ...rest,
      // One that is aborted is not to dial; of a later abort the session tells the line.
      ...(signal?.aborted && { signal }),
      clock,
      network,
      heartbeat: true,
      crowd,
      isBusy: () => outbox.list().some(({ delivery }) => delivery !== 'failed'),
      url: identity.url,
      shouldReconnect({ code }) {
        if (code === TOO_LARGE) delivery.tooLarge()
        return closeAction(code)
      },
    },
    { onText: read, onConnection },
  )

  const session: Session = {
    sessionId,
    clock,
    ...shown,
    ...presence,
    ...broadcast,
    ...draft,
    ...sender,
    get ready() {
      return ready.promise
    },
    getMessages: log.all,
    getMessage: log.get,
    getInitialMessages: () => firstRows,
    cancel(id) {
      // A button may hand over its click.
      const answer =
        (typeof id === 'string' && id) ||
        log.all().findLast(({ state }) => state === 'streaming')?.id
      if (answer) speech.say({ type: 'cancel', id: answer })
    },
    loadOlder: pager.load,
    reconnect() {
      if (signal?.aborted) return
      signal?.addEventListener('abort', close)
      if (over && !isReady) ready = createReady()
      over = undefined
      page.start()
      line.reconnect()
    },
    close,
    forget() {
      close()
      outbox.clear(isOwn)
      forget()
      // What this account was not shown is for that guest's own page to send.
      if (outbox.others(isMine).size === 0) identity.forget()
      patch({ you: undefined })
      open(account())
      log.retain(isStored)
      commit()
    },
  }
  signal?.addEventListener('abort', close)
  if (signal?.aborted) {
    close()
    onConnection(line.connection())
  } else page.start()
  return session as Session<App>
}

/** Nobody need wait for it. */
function createReady() {
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {})
  return ready
}
