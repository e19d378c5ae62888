/**
 * The Worker's variables, read once and checked: a mistake is told at the first request.
 *
 * Without SESSION_SECRET and ALLOW_GUESTS nobody gets in.
 */

import { DEFAULT_LIMITS, type Limits } from '@session-kit/ui-kit/protocol'

/** The bindings and variables of a Worker that mounts sessions. */
export interface SessionEnv {
  SESSIONS: DurableObjectNamespace
  /** signs tickets, HS256 */
  SESSION_SECRET?: string
  /** `"true"` lets in people without a ticket */
  ALLOW_GUESTS?: string
  /** origins, separated by commas; `*` allows all; unset: the Worker's own */
  ALLOWED_ORIGINS?: string
  /** a JSON object that overrides single limits */
  SESSION_LIMITS?: string
  /** days for which messages are kept, such as `30` or `0.5`; unset: for ever */
  KEEP_DAYS?: string
  /** `demo` (the default), `model` or `none` */
  AGENT?: string
  /** of an OpenAI-compatible API, such as `https://models.example/v1` */
  AI_BASE_URL?: string
  /** the name of a model there */
  AI_MODEL?: string
  /** a secret; unset where the API asks for none */
  AI_API_KEY?: string
  /** what the model is told before everything else */
  AI_SYSTEM?: string
  /** a JSON object that overrides single limits of the model's turns */
  AI_LIMITS?: string
}

const BOUNDS = {
  // Room for what surrounds messages and peers; and below what a slow reader is measured by (W13).
  serverFrameBytes: [8_192, DEFAULT_LIMITS.serverFrameBytes],
  // Each of them is told of each other.
  peers: [1, 1_000],
} as const

export const AGENTS = ['demo', 'model', 'none'] as const

export interface Config {
  limits: Limits
  agent: (typeof AGENTS)[number]
  /** undefined: for ever */
  keepMs: number | undefined
}

const MODEL_LIMITS = {
  /** messages that the model gets to read, with the one to answer */
  historyMessages: 50,
  /** their UTF-16 units together */
  historyCharacters: 60_000,
  /** how long a turn may take, with all its requests */
  turnMs: 300_000,
}

export interface ModelConfig extends Readonly<typeof MODEL_LIMITS> {
  baseUrl: string
  model: string
  apiKey?: string
  system?: string
}

/** A variable of the Worker that can't be used; the message says which, why and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'configuration'
}

/** @throws ConfigError */
export function readConfig(env: Partial<SessionEnv>): Config {
  const agent = AGENTS.find((name) => name === (env.AGENT || 'demo'))
  if (!agent)
    throw new ConfigError(
      `AGENT is ${JSON.stringify(env.AGENT)}, which is not part of this build. Use one of ${AGENTS.join(', ')}.`,
    )
  if (agent === 'model') readModelConfig(env)
  const limits = readNumbers(env, 'SESSION_LIMITS', DEFAULT_LIMITS)
  for (const [name, [min, max]] of Object.entries(BOUNDS)) {
    const limit = limits[name as keyof Limits]
    if (limit < min || limit > max)
      throw new ConfigError(`SESSION_LIMITS.${name} is not a whole number from ${min} to ${max}.`)
  }
  // wrangler's JSON has values of other types than text.
  if (!['', 'true', 'false'].includes(String(env.ALLOW_GUESTS ?? '')))
    throw new ConfigError(
      `ALLOW_GUESTS is ${JSON.stringify(env.ALLOW_GUESTS)}. Use "true" to let in people without a ticket, "false" or nothing to keep them out.`,
    )
  return { agent, limits, keepMs: readKeepMs(env.KEEP_DAYS) }
}

function readKeepMs(days: string | undefined): number | undefined {
  if (!days) return undefined
  const keepMs = Number(days) * 86_400_000
  if (keepMs > 0 && keepMs <= Number.MAX_SAFE_INTEGER) return keepMs
  throw new ConfigError(
    `KEEP_DAYS is ${JSON.stringify(days)}, which is no number of days above 0. Use one such as 30 or 0.5, or leave it out to keep messages for ever.`,
  )
}

/** @throws ConfigError, which repeats no value: one may hold a key in the wrong place */
export function readModelConfig(env: Partial<SessionEnv>): ModelConfig {
  const { AI_BASE_URL, AI_MODEL, AI_API_KEY, AI_SYSTEM } = env
  if (!AI_BASE_URL || !AI_MODEL)
    throw new ConfigError(
      `AGENT=model needs ${AI_BASE_URL ? 'AI_MODEL' : 'AI_BASE_URL'}, which is not set. Set AI_BASE_URL to an OpenAI-compatible API such as https://models.example/v1, AI_MODEL to a model there, and AI_API_KEY (a secret) to its key.`,
    )
  if (!isBaseUrl(AI_BASE_URL))
    throw new ConfigError(
      'AI_BASE_URL is no address of an API. Use http or https without a name, a password or a query, such as https://models.example/v1; the key belongs in AI_API_KEY.',
    )
  return {
    baseUrl: AI_BASE_URL,
    model: AI_MODEL,
    ...(AI_API_KEY && { apiKey: AI_API_KEY }),
    ...(AI_SYSTEM && { system: AI_SYSTEM }),
    ...readNumbers(env, 'AI_LIMITS', MODEL_LIMITS),
  }
}

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    url.username + url.password + url.search + url.hash === ''
  )
}

/** Whole numbers of a variable that holds a JSON object, over the ones that hold without it. */
function readNumbers<T extends object>(
  env: Partial<SessionEnv>,
  variable: 'SESSION_LIMITS' | 'AI_LIMITS',
  defaults: T,
): T {
  const text = env[variable]
  if (!text) return defaults
  const example = `{"${Object.keys(defaults)[0]}":100}`
  let value: unknown = text
  try {
    // In wrangler's configuration it may be an object, too.
    if (typeof text === 'string') value = JSON.parse(text)
  } catch {
    throw new ConfigError(`${variable} is not JSON. Use an object such as ${example}.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(`${variable} is no object. Use one such as ${example}.`)
  for (const [name, number] of Object.entries(value)) {
    if (!Object.hasOwn(defaults, name))
      throw new ConfigError(
        `${variable} names ${JSON.stringify(name)}, which is no limit. Use one of ${Object.keys(defaults).join(', ')}.`,
      )
    if (!Number.isSafeInteger(number) || number < 1)
      throw new ConfigError(`${variable}.${name} is not a whole number from 1.`)
  }
  return { ...defaults, ...value }
}
