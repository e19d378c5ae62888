/** What variables of the Worker may be, and how a mistake in one is told. */

import { DEFAULT_LIMITS } from '@session-kit/ui-kit/protocol'
import { afterEach, expect, test, vi } from 'vitest'
import { expectReports, ORIGIN, testEnv } from '../test/TestClient.ts'
import worker from '../test/worker.ts'
import { readConfig } from './config.ts'

afterEach(() => void vi.restoreAllMocks())

const ask = (vars: object, headers: Record<string, string> = {}) => {
  const request = new Request(`${ORIGIN}/sessions/variables/do/status`, { headers })
  return worker.fetch(request, { ...testEnv, ...vars })
}

const statusOf = async (vars: object, headers = {}) => (await ask(vars, headers)).status

/** What a request is told of a variable. */
async function said(vars: object, headers = {}): Promise<string> {
  const response = await ask(vars, headers)
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  return `${response.status} ${error.code} ${error.message}`
}

test('[HTTP] a variable that cannot be used is told at the first request', async () => {
  const reports = expectReports()
  expect(await said({ AGENT: 'gpt' })).toContain(
    '500 configuration AGENT is none of demo, model, none',
  )
  expect(await said({ SESSION_LIMITS: '{' })).toContain('not JSON')
  expect(await said({ SESSION_LIMITS: '[]' })).toContain('no object')
  expect(await said({ SESSION_LIMITS: '{"constructor":1}' })).toContain('no limit')
  expect(await said({ SESSION_LIMITS: '{"peers":0}' })).toContain('SESSION_LIMITS.peers')
  expect(await said({ SESSION_LIMITS: '{"serverFrameBytes":8191}' })).toContain('from 8192')
  for (const [name, limit] of Object.entries({
    messageBytes: 1_048_577,
    frameBytes: 1_048_577,
    storageBytes: 10 ** 12,
    burst: 1.5,
  }))
    expect(await said({ SESSION_LIMITS: { [name]: limit } })).toContain(
      `SESSION_LIMITS.${name} is not a whole number from 1 to`,
    )
  for (const KEEP_DAYS of [true, [30], 'hush', -1, 0])
    expect(await said({ KEEP_DAYS })).toContain('500 configuration KEEP_DAYS is no number')
  expect(await said({ SESSIONS: undefined })).toContain('500 configuration The binding SESSIONS')
  expect(reports).toEqual(Array(16).fill('request.failed'))
})

test('[T05][HTTP] what ALLOWED_ORIGINS lists is an origin as a browser sends it, or is told', async () => {
  const reports = expectReports()
  const bad = ['a.example', 'https://a.example/chat', 'HTTPS://a.example', 'https://a.example:443']
  for (const one of [
    ...bad,
    'https://a.example,',
    'null',
    ['https://a.example,*'],
    'https://*.example',
    [7],
    7,
  ])
    for (const origin of [{}, { origin: 'https://a.example' }])
      expect(await said({ ALLOWED_ORIGINS: one }, origin), `${one}`).toContain(
        '500 configuration ALLOWED_ORIGINS has an entry that is no origin',
      )
  expect(reports).toHaveLength(20)
  for (const one of ['https://a.example', 'capacitor://localhost', 'http://localhost:3000'])
    for (const list of [[one], `https://b.example, ${one}`, '*', ['*']])
      expect(await statusOf({ ALLOWED_ORIGINS: list }, { origin: one })).toBe(200)
  const foreign = { origin: 'https://b.example' }
  expect(await statusOf({ ALLOWED_ORIGINS: ['https://a.example'] }, foreign)).toBe(403)
})

test('[W11] a frame of a client is never longer than its echo may be', () => {
  const limitsOf = (limits: object) => readConfig({ SESSION_LIMITS: limits }).limits
  expect(limitsOf({ serverFrameBytes: 8_192 })).toMatchObject({ frameBytes: 3_072 })
  expect(limitsOf({ serverFrameBytes: 8_192, frameBytes: 99 })).toMatchObject({ frameBytes: 99 })
  expect(limitsOf({})).toEqual(DEFAULT_LIMITS)
})

test('[HTTP] variables may be written as JSON of wrangler has them', async () => {
  expectReports()
  expect(await statusOf({ ALLOW_GUESTS: true, SESSION_LIMITS: { burst: 9 } })).toBe(200)
  expect(await statusOf({ ALLOW_GUESTS: false })).toBe(401)
  for (const vars of [
    { ALLOW_GUESTS: 'True' },
    { SESSION_LIMITS: { serverFrameBytes: 2_000_000 } },
    { SESSION_LIMITS: '{"peers":301}' },
  ])
    expect(await said(vars)).toContain('500 configuration')
})

test('[HTTP] a variable of the model that cannot be used is told, and what it holds is not', async () => {
  const reports = expectReports()
  const model = { AGENT: 'model' }
  const api = { ...model, AI_BASE_URL: 'https://models.example/v1', AI_MODEL: 'm' }
  expect(await said(model)).toContain('500 configuration AGENT=model needs AI_BASE_URL')
  expect(await said({ ...api, AI_MODEL: '' })).toContain('needs AI_MODEL')
  for (const url of [
    'models.example/v1',
    'ftp://models.example/hush',
    'https://me:hush@models.example/v1',
    'https://models.example/v1?key=hush',
    'https://models.example/v1#hush',
  ]) {
    const answer = await said({ ...api, AI_BASE_URL: url })
    expect(answer, url).toContain('500 configuration AI_BASE_URL is no address')
    expect(answer, url).not.toContain('hush')
  }
  expect(await said({ ...api, AI_LIMITS: '{"turnMs":0}' })).toContain('AI_LIMITS.turnMs')
  expect(await said({ ...api, AI_LIMITS: { turnMs: 3_600_001 } })).toContain('1 to 3600000.')
  expect(await said({ ...api, AI_LIMITS: '{"peers":9}' })).toContain('Use one of historyMessages')
  expect(reports).toEqual(Array(10).fill('request.failed'))
  expect(await statusOf(api)).toBe(200)
})
