/**
 * People in several tabs on lines that are cut, blackholed, slowed and refused, before a real
 * server that is killed; chance and faults by seed, time and sockets real.
 *
 * What holds of every feed at every commit is checked by the rules of the simulated worlds
 * (ui-kit/test); in the end each feed is the server's own history.
 */

import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { createSession, type Session } from '@session-kit/ui-kit/session'
import { Chance } from '../../ui-kit/test/Chance.ts'
import { asMessage, checkShown } from '../../ui-kit/test/checkFeed.ts'
import { createLocks } from '../../ui-kit/test/createLocks.ts'
import { createStorage } from '../../ui-kit/test/createStorage.ts'
import { createFaultProxy, type Fault } from './createFaultProxy.ts'
import { eventually } from './eventually.ts'
import { fetchHistory } from './fetchHistory.ts'
import { newSessionId } from './newSessionId.ts'
import { startServer } from './startServer.ts'

const PEOPLE = ['Ada', 'Ben', 'Eve']
const MOST_TABS = 2
const PAUSE_MS = 120
const FAULTS: readonly Fault[] = ['cut', 'blackhole', 'slow']

/**
 * @param acts how many things happen; after a third of them the server is killed
 * @returns what was met
 * @throws what broke, with the seed
 */
export async function playOnRealSockets(seed: number, acts: number): Promise<Map<string, number>> {
  const chance = new Chance(seed)
  const hits = new Map<string, number>()
  const hit = (what: string, count = 1) => hits.set(what, (hits.get(what) ?? 0) + count)
  let server = await startServer()
  const sessionId = newSessionId()
  const people = await Promise.all(PEOPLE.map((name) => openBrowser(name, server.port, sessionId)))
  let restarted: Promise<void> | undefined
  try {
    for (let n = 0; n < acts; n++) {
      act(people, chance, hit)
      await wait(chance.below(PAUSE_MS))
      for (const { broken } of people) assert.deepEqual(broken, [], `seed ${seed}`)
      if (n < acts / 3 || restarted) continue
      const { port, stateDir } = server
      restarted = server.kill().then(async () => {
        server = await startServer({ port, stateDir })
        hit('kill the server')
      })
    }
    await restarted
    for (const person of people) person.heal()
    await compare(people, server.url, sessionId, seed)
    for (const { proxy } of people) for (const fault of FAULTS) hit(fault, proxy.hits[fault])
    return hits
  } finally {
    for (const person of people) await person.close()
    await restarted
    await server.stop()
  }
}

type Person = Awaited<ReturnType<typeof openBrowser>>

function act(people: readonly Person[], chance: Chance, hit: (what: string) => void): void {
  const person = chance.of(people)
  const session = chance.of(person?.tabs ?? [])
  if (!person || !session) return
  const kind = chance.of([
    ...(['say', 'say', 'fault', 'fault', 'fault', 'refuse', 'reload', 'open'] as const),
    ...(['reconnect', 'cancel', 'cancel', 'look back'] as const),
  ])
  const fault = chance.of(FAULTS) ?? 'cut'
  if (kind !== undefined && kind !== 'fault') hit(kind)
  if (kind === 'say') person.say(session)
  if (kind === 'fault') person.proxy.hurt(fault, 300 + chance.below(1_500))
  if (kind === 'refuse') {
    person.proxy.refuse(true)
    setTimeout(() => person.proxy.refuse(false), chance.below(1_500))
  }
  if (kind === 'reload') person.reload(session)
  if (kind === 'open' && person.tabs.length < MOST_TABS) person.open()
  if (kind === 'reconnect') session.reconnect()
  if (kind === 'cancel') session.cancel()
  if (kind === 'look back') session.loadOlder(5).catch(() => {})
}

async function openBrowser(name: string, port: number, sessionId: string) {
  const proxy = await createFaultProxy(port)
  const texts = new Map<string, string>()
  const locks = createLocks()
  const tabs: Session[] = []
  const broken: string[] = []
  const said: string[] = []

  const person = {
    proxy,
    tabs,
    /** rules that did not hold */
    broken,
    /** every cid, in order of saying */
    said,
    open(): Session {
      const session = createSession({
        url: `http://localhost:${proxy.port}`,
        sessionId,
        name,
        storage: createStorage(texts),
        locks: locks.of({}),
      })
      tabs.push(session)
      session.ready.catch(() => {})
      session.subscribeMessages(() =>
        checkShown(session, (rule, detail) => broken.push(`${name}: ${rule}, ${detail}`)),
      )
      return session
    },
    say(session = tabs[0]) {
      if (session) said.push(session.send(`${name} says ${said.length}`).cid)
    },
    reload(session: Session) {
      session.close()
      tabs.splice(tabs.indexOf(session), 1)
      person.open()
    },
    heal() {
      proxy.refuse(false)
      for (const session of tabs) session.reconnect()
    },
    async close() {
      for (const session of tabs) session.close()
      await proxy.close()
    },
  }
  person.open()
  return person
}

async function compare(people: readonly Person[], origin: string, sessionId: string, seed: number) {
  const everybody = people.flatMap(({ tabs }) => tabs)
  const expectAll = (isRest: boolean) =>
    eventually(
      () => everybody.map(({ store }) => store.getState()),
      (states) => {
        for (const { agent, connection, outbox } of states) {
          assert.deepEqual([connection.phase, outbox], ['live', []], `seed ${seed}`)
          if (isRest) assert.equal(agent.state, 'idle', `seed ${seed}`)
        }
      },
      90_000,
    )
  await expectAll(false)
  // Questions that wait for their turn give it up, so that the session comes to rest.
  for (const { id, replyTo, state } of await fetchHistory(origin, sessionId))
    if (replyTo === undefined || state === 'streaming') everybody[0]?.cancel(id)
  await expectAll(true)
  const history = (await fetchHistory(origin, sessionId)).map(({ text: _text, ...rest }) => rest)
  for (const session of everybody) {
    while (session.store.getState().history.hasOlder) await session.loadOlder(100)
    assert.deepEqual(session.getMessages().map(asMessage), history, `seed ${seed}: a feed`)
  }
  for (const { broken, said } of people) {
    assert.deepEqual(broken, [], `seed ${seed}`)
    const stored = history.flatMap(({ cid }) => (cid && said.includes(cid) ? cid : []))
    assert.deepEqual(stored.toSorted(), said.toSorted(), `seed ${seed}: each word, once`)
  }
}
