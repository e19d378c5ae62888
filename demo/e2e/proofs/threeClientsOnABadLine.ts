import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { createSeed } from '@session-kit/ui-kit/testing'
import { openChat } from '../ChatPage.ts'
import { createFaultProxy, type Fault } from '../createFaultProxy.ts'
import { eventually } from '../eventually.ts'
import { fetchHistory } from '../fetchHistory.ts'
import { newSessionId } from '../newSessionId.ts'
import { startServer } from '../startServer.ts'
import type { Proof } from '../World.ts'

const MESSAGES = 200
const PEOPLE = ['Ada', 'Ben', 'Eve']
const MIN_HITS: Record<Fault, number> = { cut: 3, blackhole: 3, slow: 3 }

/** 5. Three browsers send 200 messages over lines that are cut, blackholed and slowed at random. */
export const threeClientsOnABadLine: Proof = async ({ browser }) => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const random = createSeed(seed)
  const server = await startServer({ env: { AGENT: 'none' } })
  const proxies = await Promise.all(PEOPLE.map(() => createFaultProxy(server.port)))
  try {
    const sessionId = newSessionId()
    const pages = await Promise.all(
      PEOPLE.map((name, index) =>
        openChat(browser, `http://localhost:${proxies[index]?.port}`, sessionId, name),
      ),
    )
    const said = PEOPLE.map((): string[] => [])
    let sending = true
    const trouble = (async () => {
      const kinds = Object.keys(MIN_HITS) as Fault[]
      // Each kind in turn, on a line drawn by chance, at a moment drawn by chance.
      for (let n = 0; sending; n++) {
        await wait(250 + random() * 900)
        const proxy = proxies[Math.floor(random() * proxies.length)]
        proxy?.hurt(kinds[n % kinds.length] as Fault, 500 + random() * 1_500)
      }
    })()
    for (let n = 0; n < MESSAGES; n++) {
      const index = Math.floor(random() * pages.length)
      const text = `${PEOPLE[index]} says ${n}`
      said[index]?.push(text)
      await pages[index]?.typeAndEnter(text)
      await wait(random() * 60)
    }
    // Trouble goes on until every kind has met enough lines.
    const hits = () =>
      (Object.keys(MIN_HITS) as Fault[]).map(
        (kind) => [kind, proxies.reduce((sum, proxy) => sum + proxy.hits[kind], 0)] as const,
      )
    await eventually(hits, (counts) => {
      for (const [kind, count] of counts)
        assert.ok(count >= MIN_HITS[kind], `seed ${seed}: ${kind} hit only ${count} lines`)
    })
    sending = false
    await trouble

    const history = await eventually(
      () => fetchHistory(server.url, sessionId),
      (stored) => assert.equal(stored.length, MESSAGES, `seed ${seed}: stored`),
      90_000,
    )
    for (const [index, texts] of said.entries())
      assert.deepEqual(
        history.filter(({ author }) => author.name === PEOPLE[index]).map(({ text }) => text),
        texts,
        `seed ${seed}: each author's messages, once, in the order of sending`,
      )
    for (const page of pages)
      await eventually(
        async () => (await page.rows()).map(({ text, delivery }) => [text, delivery]),
        (rows) =>
          assert.deepEqual(
            rows,
            history.map(({ text }) => [text, 'stored']),
            `seed ${seed}: a feed differs from the server's history`,
          ),
        60_000,
      )
    for (const page of pages) await page.close()
    const counts = hits().map(([kind, count]) => `${kind} ${count}`)
    return `${MESSAGES} messages from 3 browsers, hits: ${counts.join(', ')}; seed ${seed}; 3 equal feeds`
  } finally {
    for (const proxy of proxies) await proxy.close()
    await server.stop()
  }
}
