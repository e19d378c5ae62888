import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { openChat } from '../ChatPage.ts'
import { eventually } from '../eventually.ts'
import { fetchHistory } from '../fetchHistory.ts'
import { newSessionId } from '../newSessionId.ts'
import { joined, type PlainClient } from '../PlainClient.ts'
import { startServer } from '../startServer.ts'
import type { Proof } from '../World.ts'

const DOWN_MS = 5_000

/** 4. SIGKILL in the middle of an answer; a start 5 s later: the page comes back, nothing is missing. */
export const killedInTheMiddle: Proof = async ({ browser }) => {
  let server = await startServer()
  try {
    const { url, port } = server
    const sessionId = newSessionId()
    const ada = await openChat(browser, url, sessionId, 'Ada')
    const ben = await openChat(browser, url, sessionId, 'Ben')
    const witness = await joined(url, sessionId, 'witness')

    await ada.send('/long the whole story')
    await eventually(
      () => ben.answerLength(),
      (length) => assert.ok(length > 120),
    )
    assert.equal((await ben.answer())?.state, 'streaming')
    await server.kill()
    await witness.until(() => witness.close, 'the end of its socket')
    const seen = textSeenBy(witness)
    assert.ok(seen.length > 0)

    await ada.typeAndEnter('typed while the server was dead')
    await ada.waitForText('typed while the server was dead')
    await wait(DOWN_MS)
    server = await startServer({ port, stateDir: server.stateDir })

    for (const page of [ada, ben]) await page.waitForAnswer('interrupted')
    await ben.waitForText('typed while the server was dead')
    for (const page of [ada, ben]) await page.waitForAnswer('done')
    const history = await fetchHistory(url, sessionId)
    assert.deepEqual(
      history.map(({ role, state }) => [role, state]),
      [
        ['user', 'done'],
        ['assistant', 'interrupted'],
        ['user', 'done'],
        ['assistant', 'done'],
      ],
    )
    assert.equal(history[2]?.text, 'typed while the server was dead')
    assert.ok(history[1]?.text.startsWith(seen), 'nothing that anybody saw is missing')
    const rows = await ada.rows()
    assert.deepEqual(
      rows.map(({ role, state }) => [role, state]),
      history.map(({ role, state }) => [role, state]),
    )
    assert.deepEqual(await ben.rows(), rows, 'all clients alike')
    for (const page of [ada, ben]) await page.close()
    return `${seen.length} characters had been seen, ${history[1]?.text.length} were kept and marked; what was typed meanwhile came once; start to ready ${(server.readyMs / 1000).toFixed(1)} s`
  } finally {
    await server.stop()
  }
}

/** The text of the answer as its frames made it: a part begins it, deltas grow it. */
function textSeenBy(witness: PlainClient): string {
  let text = ''
  for (const frame of witness.frames) {
    if (frame.type === 'part' && frame.value.type === 'text') text = frame.value.text
    if (frame.type === 'delta') text = text.slice(0, frame.from) + frame.text
  }
  return text
}
