import { expect, test } from 'vitest'
import { endAt, endsOf, type Place, spare } from './Life.ts'
import { inside, newCid, newSession, TestClient, textOf } from './TestClient.ts'
import { boots } from './worker.ts'

const alone = { AGENT: 'none' }

/** What the next life finds of the log. */
const stored = (session: string): Promise<string[]> =>
  inside(session, (_, { storage }) =>
    storage.sql
      .exec('SELECT body FROM messages ORDER BY pos')
      .toArray()
      .map(({ body }) => textOf(JSON.parse(String(body)))),
  )

/** A client that says this, to an object that ends of it; returns what it still heard. */
async function endOf(session: string, client: TestClient, place: Place, frame: object, skip = 0) {
  const lives = boots.get(session)?.length ?? 0
  endAt(session, place, skip)
  await client.say(frame)
  expect((await client.getClosed()).code).toBe(1006)
  expect(endsOf(session).at(-1)).toBe(place)
  const rest = client.rest('ack', 'msg', 'welcome', 'sync').map(({ type }) => type)
  const rows = await stored(session)
  expect(boots.get(session)?.length, 'another life').toBe(lives + 1)
  return { rest, rows }
}

test('[W1] queued: the frame is lost with the memory, as if it had never come', async () => {
  const session = newSession(alone)
  const client = await TestClient.join(session)
  await client.tell('before')
  const frame = { type: 'send', cid: newCid(), text: 'x' }
  expect(await endOf(session, client, 'queued', frame)).toEqual({ rest: [], rows: ['before'] })
})

test.each([0, 1, 2, 99])(
  '[W1] in the transaction, %i writes later: all is rolled back and nothing sent',
  async (skip) => {
    const session = newSession(alone)
    const client = await TestClient.join(session)
    await client.tell('before')
    const frame = { type: 'send', cid: newCid(), text: 'x' }
    expect(await endOf(session, client, 'transaction', frame, skip)).toEqual({
      rest: [],
      rows: ['before'],
    })
  },
)

test('[W1] unsent: all is committed and nothing sent', async () => {
  const session = newSession(alone)
  const client = await TestClient.join(session)
  await client.tell('before')
  const frame = { type: 'send', cid: newCid(), text: 'x' }
  expect(await endOf(session, client, 'unsent', frame)).toEqual({ rest: [], rows: ['before', 'x'] })
})

test('[W8] in a stream: before its first word, and with some of them shown', async () => {
  const shown = []
  for (const skip of [0, 1, 2]) {
    const session = newSession()
    const client = await TestClient.join(session)
    await endOf(session, client, 'stream', { type: 'send', cid: newCid(), text: 'it' }, skip)
    const texts = client.frames.flatMap((frame) =>
      frame.type === 'part' && 'text' in frame.value
        ? frame.value.text
        : frame.type === 'delta'
          ? frame.text
          : [],
    )
    const { sync } = await (await TestClient.connect(session)).hello()
    const answer = sync.messages.at(-1)
    expect([answer?.state, answer && textOf(answer)]).toEqual(['interrupted', texts.join('')])
    shown.push(texts)
  }
  expect(shown).toEqual([[], ['about '], ['about ', 'it']])
})

test('[W3] in a catch-up: before anything of it left, and with all of it sent but the last', async () => {
  const session = newSession({
    ...alone,
    SESSION_LIMITS: '{"serverFrameBytes":12288,"burst":1000}',
  })
  const writer = await TestClient.join(session)
  for (const text of ['a', 'b', 'c']) await writer.tell(text.repeat(6_000))
  const heard = []
  for (const skip of [0, 1, 2, 99]) {
    const client = await TestClient.connect(session)
    const hello = { type: 'hello', v: 1 }
    const { rest, rows } = await endOf(session, client, 'catch-up', hello, skip)
    expect(rows).toHaveLength(3)
    heard.push(rest)
  }
  expect(heard).toEqual([[], ['welcome'], ['welcome', 'sync'], ['welcome', 'sync', 'sync']])
})

test('[W1] an order that nothing came to is taken back, and skips are counted', async () => {
  const session = newSession(alone)
  const client = await TestClient.join(session)
  endAt(session, 'stream')
  await client.tell('no agent')
  spare(session)
  endAt(session, 'unsent', 2)
  await client.tell('one')
  await client.tell('two')
  const frame = { type: 'send', cid: newCid(), text: 'three' }
  await client.say(frame)
  await client.getClosed()
  expect(endsOf(session)).toEqual(['unsent'])
  expect(await stored(session)).toEqual(['no agent', 'one', 'two', 'three'])
})
