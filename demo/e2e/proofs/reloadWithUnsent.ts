import assert from 'node:assert/strict'
import { openChat } from '../ChatPage.ts'
import { createFaultProxy } from '../createFaultProxy.ts'
import { eventually } from '../eventually.ts'
import { fetchHistory } from '../fetchHistory.ts'
import { newSessionId } from '../newSessionId.ts'
import type { Proof } from '../World.ts'

const TEXT = 'written on a dead line'

/** 6. A reload with an unsent message in the outbox delivers it once. */
export const reloadWithUnsent: Proof = async ({ url, browser }) => {
  const proxy = await createFaultProxy(Number(new URL(url).port))
  try {
    const sessionId = newSessionId()
    const ada = await openChat(browser, `http://localhost:${proxy.port}`, sessionId, 'Ada')
    const ben = await openChat(browser, url, sessionId, 'Ben')
    proxy.refuse(true)
    proxy.hurt('cut', 0)
    await ada.typeAndEnter(TEXT)
    await ada.waitForText(TEXT)
    assert.deepEqual(await fetchHistory(url, sessionId), [], 'the server has not got it')

    await ada.reload()
    await ada.waitForText(TEXT)
    assert.deepEqual(await fetchHistory(url, sessionId), [], 'still not')
    proxy.refuse(false)

    await ben.waitForText(TEXT)
    const history = await eventually(
      () => fetchHistory(url, sessionId),
      (stored) =>
        assert.ok(stored.some(({ role, state }) => role === 'assistant' && state === 'done')),
    )
    assert.equal(history.filter(({ text }) => text === TEXT).length, 1)
    for (const page of [ada, ben]) {
      const rows = await page.rows()
      assert.equal(rows.filter(({ text }) => text === TEXT).length, 1)
    }
    for (const page of [ada, ben]) await page.close()
    return 'kept over a reload without a line, delivered once when it came back'
  } finally {
    await proxy.close()
  }
}
