import assert from 'node:assert/strict'
import { openChat } from '../ChatPage.ts'
import { eventually } from '../eventually.ts'
import { fetchHistory } from '../fetchHistory.ts'
import { newSessionId } from '../newSessionId.ts'
import type { Proof } from '../World.ts'

const KEY_PRESSES = 7

/**
 * 2. What one browser sends the other shows; an answer grows in both; a third joins in the middle;
 * one stops it, and all three keep the same text.
 */
export const everybodySeesItGrow: Proof = async ({ url, browser }) => {
  const sessionId = newSessionId()
  const ada = await openChat(browser, url, sessionId, 'Ada')
  const ben = await openChat(browser, url, sessionId, 'Ben')

  await ada.send('/long tell us everything')
  await ben.waitForText('/long tell us everything')

  const seen = { ada: [] as number[], ben: [] as number[] }
  await eventually(
    async () => {
      seen.ada.push(await ada.answerLength())
      seen.ben.push(await ben.answerLength())
    },
    () => {
      for (const lengths of [seen.ada, seen.ben])
        assert.ok(new Set(lengths.filter((length) => length > 0)).size >= 5, 'it grows')
    },
  )
  assert.equal((await ada.answer())?.state, 'streaming', 'they watched it while it streamed')

  const already = await ada.answerLength()
  const eve = await openChat(browser, url, sessionId, 'Eve')
  const first = await eventually(
    () => eve.answerLength(),
    (length) => assert.ok(length > 0),
  )
  assert.ok(first >= already, `the third saw ${first} of at least ${already} characters at once`)
  assert.equal((await eve.answer())?.state, 'streaming', 'the third joined in the middle')

  // Everybody sees some more of it, then one of them has read enough.
  await eventually(
    () => eve.answerLength(),
    (length) => assert.ok(length > first + 200),
  )
  await ben.stop()
  for (const page of [ada, ben, eve]) await page.waitForAnswer('cancelled')
  const texts = await Promise.all([ada, ben, eve].map((page) => page.rows()))
  assert.deepEqual(texts[1], texts[0])
  assert.deepEqual(texts[2], texts[0])
  const history = await fetchHistory(url, sessionId)
  assert.deepEqual(
    texts[0]?.map(({ role, state }) => [role, state]),
    history.map(({ role, state }) => [role, state]),
  )

  const delays: number[] = []
  for (let n = 0; n < KEY_PRESSES; n++) delays.push(await ada.keyPressTo(ben, `ping ${n}`))
  delays.sort((a, b) => a - b)
  for (const page of [ada, ben, eve]) await page.close()
  return `an answer of ${history[1]?.text.length} characters grew in 2 browsers, a third joined at ${first}, one stopped it for all; key press to the other window: median ${delays[KEY_PRESSES >> 1]?.toFixed(0)} ms of ${KEY_PRESSES}`
}
