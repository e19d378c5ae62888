import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { ends, KEY, says, scriptedModel } from '../../test/scriptedModel.ts'
import {
  expectReports,
  inside,
  newSession,
  ORIGIN,
  TestClient,
  textOf,
} from '../../test/TestClient.ts'
import { withEntry } from '../identity.ts'

// Here a module comes file by file, and the first turn would wait for some hundred of them.
beforeAll(() => import('./streamModel.ts'), 60_000)
afterEach(() => {
  vi.restoreAllMocks()
})

/** The frame with which an answer ends. */
const ending = (client: TestClient) =>
  client.get('msg', ({ message }) => message.role === 'assistant' && message.state !== 'streaming')

test('[W9] with AGENT=model everybody sees the answer of the model grow', async () => {
  const api = await scriptedModel({ body: [says('Once'), { hold: true }, says(' upon'), ends()] })
  const session = newSession(api.env)
  const [ada, bob] = [await TestClient.join(session), await TestClient.join(session)]
  await ada.tell('a story')
  expect(await bob.get('part')).toMatchObject({ value: { type: 'text', text: 'Once' } })
  await api.go()
  const { message } = await ending(bob)
  expect([message.state, textOf(message)]).toEqual(['done', 'Once upon'])
})

test('[W9] the model reads what was said before', async () => {
  const api = await scriptedModel(
    { body: [says('one answer'), ends()] },
    { body: [says('another'), ends()] },
  )
  const client = await TestClient.join(newSession(api.env))
  await client.tell('one question')
  await ending(client)
  await client.tell('another question')
  await ending(client)
  expect((await api.state()).asked[1]?.body.messages).toEqual([
    { role: 'user', content: 'one question' },
    { role: 'assistant', content: 'one answer' },
    { role: 'user', content: 'another question' },
  ])
})

test('[W7] a cancel ends the request at the API, keeps the text, and the next turn runs', async () => {
  const api = await scriptedModel(
    { body: [says('So far')], end: 'never' },
    { body: [says('Next'), ends()] },
  )
  const client = await TestClient.join(newSession(api.env))
  await client.tell('a question')
  const { id } = await client.get('part')
  await client.say({ type: 'cancel', id })
  const { message } = await ending(client)
  expect([message.state, textOf(message)]).toEqual(['cancelled', 'So far'])
  await api.untilCut()
  await client.tell('another one')
  expect(textOf((await ending(client)).message)).toBe('Next')
})

test('[W7] a line that is cut keeps the text, and says to everybody what to do', async () => {
  const reports = expectReports()
  const api = await scriptedModel({ body: [says('Half an')], end: 'cut' })
  const client = await TestClient.join(newSession(api.env))
  await client.tell('a question')
  const { message } = await ending(client)
  expect([message.state, textOf(message)]).toEqual(['error', 'Half an'])
  expect(message.error).toEqual({
    code: 'model_cut',
    message: 'The answer of the model broke off. Ask again.',
  })
  const all = client.texts.join()
  for (const secret of [KEY, new URL(api.env.AI_BASE_URL).host]) expect(all).not.toContain(secret)
  expect(reports).toEqual(['turn.failed'])
})

test('[W9] an answer that grows too large ends its request', async () => {
  expectReports()
  const api = await scriptedModel({
    body: ['x', 'y'].map((it) => says(it.repeat(600))),
    end: 'never',
  })
  const client = await TestClient.join(
    newSession({ ...api.env, SESSION_LIMITS: '{"messageBytes":1000}' }),
  )
  await client.tell('a question')
  const { message } = await ending(client)
  expect([textOf(message), message.error?.code]).toEqual([
    'x'.repeat(600) + 'y'.repeat(400),
    'too_large',
  ])
  await api.untilCut()
})

test('[HTTP] AGENT=model with a class that has no model is told', async () => {
  const { env } = await scriptedModel()
  const session = newSession(env)
  const answer = await inside(session, async (instance) => {
    Object.assign(instance, { respond: undefined })
    const user = { id: 'u', name: 'U' }
    const request = new Request(`${ORIGIN}/sessions/${session}/do/status`)
    const response = await instance.fetch(withEntry(request, { user, role: 'member', session }))
    return `${response.status} ${await response.text()}`
  })
  expect(answer).toMatch(/^500 .*"configuration".*@session-kit\/api\/model/)
})
