import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { DEMO, ROOT } from './paths.ts'

/** The page's own keys, and where wrangler noted that it read the file. */
const OWN = ['assets', 'configPath', 'userConfigPath', 'topLevelName', 'definedEnvironments']

test('[start] the demo deploys the Worker of api as it stands, and adds nothing but the page', () => {
  const demo = readConfig({ config: join(DEMO, 'wrangler.jsonc') })
  const api = readConfig({ config: join(ROOT, 'api', 'wrangler.jsonc') })
  expect(withoutOwn(demo)).toEqual(withoutOwn(api))
  expect(demo.assets).toEqual({
    directory: './out',
    not_found_handling: '404-page',
    run_worker_first: ['/sessions/*', '/health'],
  })
})

test('[start] a deployed Worker lets nobody in until it is configured', () => {
  const { vars } = readConfig({ config: join(DEMO, 'wrangler.jsonc') })
  expect(Object.keys(vars)).not.toContain('ALLOW_GUESTS')
  expect(Object.keys(vars)).not.toContain('SESSION_SECRET')
})

test('[T18] a deployed Worker logs no invocations: their URLs hold tickets', () => {
  const { observability } = readConfig({ config: join(DEMO, 'wrangler.jsonc') })
  expect(observability?.logs?.invocation_logs).toBe(false)
})

function withoutOwn(config: object): object {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !OWN.includes(key)))
}
