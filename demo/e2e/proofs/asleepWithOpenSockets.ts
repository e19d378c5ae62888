import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { newSessionId } from '../newSessionId.ts'
import { joined, type PlainClient } from '../PlainClient.ts'
import { startSleepyServer } from '../startSleepyServer.ts'
import type { Proof } from '../World.ts'

const IDLE_MS = 13_000

/** 3a. After 13 s of idling the object has hibernated, its sockets stayed open, nothing was lost. */
export const asleepWithOpenSockets: Proof = async () => {
  const server = await startSleepyServer({ AGENT: 'demo' })
  try {
    const sessionId = newSessionId()
    const ada = await joined(server.url, sessionId, 'ada')
    const ben = await joined(server.url, sessionId, 'ben')
    ben.send({ type: 'presence', state: { mood: 'curious' } })
    // The agent streams first: a timer or a promise that it forgot would keep the object awake.
    await said(ada, ben, 'hello from before')
    await ben.next(
      (frame) =>
        frame.type === 'msg' &&
        frame.message.state === 'done' &&
        frame.message.role === 'assistant',
      'the answer',
    )
    const boots = server.boots()

    const pings = setInterval(() => ada.send('{"type":"ping"}'), 3_000)
    await wait(IDLE_MS)
    clearInterval(pings)
    assert.ok(ada.isOpen && ben.isOpen, 'both sockets stayed open')
    assert.ok(
      ada.frames.some(({ type }) => type === 'pong'),
      'pings were answered',
    )
    assert.equal(server.boots(), boots, 'pings woke nobody')

    const before = await said(ada, ben, 'hello from after')
    assert.equal(server.boots(), boots + 1, 'the constructor ran again')
    assert.equal(before.author.name, 'ada', 'identity came back')
    const eve = await joined(server.url, sessionId, 'eve')
    const welcome = eve.frames.find(({ type }) => type === 'welcome')
    const peers = welcome?.peers as { user: { name: string }; state: unknown }[]
    assert.deepEqual(
      peers.map((peer) => [peer.user.name, peer.state]).sort(),
      [
        ['ada', {}],
        ['ben', { mood: 'curious' }],
      ],
      'presence came back',
    )
    const history = await server.history(sessionId)
    const mine = history.filter(({ role }) => role === 'user').map(({ text }) => text)
    assert.deepEqual(mine, ['hello from before', 'hello from after'])
    for (const client of [ada, ben, eve]) client.end()
    return `asleep after ${IDLE_MS / 1000} s with pings passing and 2 sockets open; boot ${boots + 1} knew everybody`
  } finally {
    await server.stop()
  }
}

async function said(from: PlainClient, to: PlainClient, text: string) {
  from.send({ type: 'send', cid: `cid-${newSessionId()}`, text })
  const frame = await to.next(
    ({ type, message }) => type === 'msg' && message.parts[0]?.text === text,
    `"${text}"`,
  )
  return frame.message
}
