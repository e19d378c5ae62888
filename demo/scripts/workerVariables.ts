/**
 * The Worker variables that `start` and `dev` hand on from their own environment. They
 * travel from process to process in the environment only: never as arguments, never in a file.
 */

const NAMES = [
  'SESSION_SECRET',
  'ALLOW_GUESTS',
  'ALLOWED_ORIGINS',
  'SESSION_LIMITS',
  'AGENT',
  'AI_BASE_URL',
  'AI_API_KEY',
  'AI_MODEL',
  'AI_SYSTEM',
  'AI_LIMITS',
]

/** What holds on one's own machine when nobody says otherwise; a deployed Worker has no such defaults. */
const LOCAL_DEFAULTS = { ALLOW_GUESTS: 'true', AGENT: 'demo' }

export type Bindings = Record<string, { type: 'secret_text'; value: string }>

/** The variables that the environment sets; one that is set to nothing counts. */
export function givenVariables(env: NodeJS.ProcessEnv): Bindings {
  return bindings(NAMES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

export function defaultVariables(): Bindings {
  return bindings(Object.entries(LOCAL_DEFAULTS))
}

/** As secrets: wrangler shows a secret's name only. */
function bindings(entries: string[][]): Bindings {
  return Object.fromEntries(
    entries.map(([name = '', value = '']) => [name, { type: 'secret_text', value }]),
  )
}
