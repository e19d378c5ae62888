/**
 * The Worker's variables, read once and checked: a mistake is told at the first request.
 *
 * Without SESSION_SECRET and ALLOW_GUESTS nobody gets in.
 */

import { DEFAULT_LIMITS, type Limits, MESSAGE_MARGIN } from '@session-kit/ui-kit/protocol'
import { TURN_MS } from './Turn.ts'

/** The bindings and variables of a Worker that mounts sessions; JSON where wrangler has JSON. */
export interface SessionEnv {
  SESSIONS: DurableObjectNamespace
  /** signs tickets, HS256 */
  SESSION_SECRET?: string
  /** `"true"` lets in people without a ticket */
  ALLOW_GUESTS?: string | boolean
  /** origins, a list or separated by commas; `*` allows all; unset: the Worker's own */
  ALLOWED_ORIGINS?: string | readonly string[]
  /** a JSON object that overrides single limits */
  SESSION_LIMITS?: string | Partial<Limits>
  /** days for which messages are kept, such as `30` or `0.5`; unset: for ever */
  KEEP_DAYS?: string | number
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
  AI_LIMITS?: string | Partial<typeof MODEL_LIMITS>
}

/** From where to where a number may go; else from 1. */
type Bounds<T> = { readonly [name in keyof T]?: readonly [min: number, max: number] }

/** Below what a slow reader is measured by (W13). */
const FRAME_BYTES = DEFAULT_LIMITS.serverFrameBytes

const BOUNDS: Bounds<Limits> = {
  // Room for what surrounds messages, peers and echoes.
  serverFrameBytes: [8_192, FRAME_BYTES],
  messageBytes: [1, FRAME_BYTES - MESSAGE_MARGIN],
  frameBytes: [1, FRAME_BYTES - MESSAGE_MARGIN],
  storageBytes: [1, DEFAULT_LIMITS.storageBytes],
  // Each of them is told of each other, in one flush: it grows with the square.
  peers: [1, 300],
}

export const AGENTS = ['demo', 'model', 'none'] as const

export interface Config {
  limits: Limits
  agent: (typeof AGENTS)[number]
  /** undefined: for ever */
  keepMs: number | undefined
  /** of pages that may talk to this Worker, or `*`; undefined: its own */
  origins: readonly string[] | undefined
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

/**
 * A variable of the Worker that can't be used; the message says which, what is allowed and what to
 * do. Whoever asks may read it, so it repeats no value.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'configuration'
}

/** @throws ConfigError */
export function readConfig(env: Partial<SessionEnv>): Config {
  const agent = AGENTS.find((name) => name === (env.AGENT || 'demo'))
  if (!agent) throw new ConfigError(`AGENT is none of ${AGENTS.join(', ')}. Use one of them.`)
  if (agent === 'model') readModelConfig(env)
  // wrangler's JSON has values of other types than text.
  if (!['', 'true', 'false'].includes(String(env.ALLOW_GUESTS ?? '')))
    throw new ConfigError(
      'ALLOW_GUESTS is neither "true" nor "false". Use "true" to let in people without a ticket, "false" or nothing to keep them out.',
    )
  const limits = readNumbers(env, 'SESSION_LIMITS', DEFAULT_LIMITS, BOUNDS)
  // What a client says may go to everybody as an echo, and that is a frame of the server.
  const frameBytes = Math.min(limits.frameBytes, limits.serverFrameBytes - MESSAGE_MARGIN)
  return {
    agent,
    limits: { ...limits, frameBytes },
    keepMs: readKeepMs(env.KEEP_DAYS),
    origins: readOrigins(env.ALLOWED_ORIGINS),
  }
}

function readKeepMs(days: unknown): number | undefined {
  if (days === undefined || days === '') return undefined
  const keepMs = ['string', 'number'].includes(typeof days) ? Number(days) * 86_400_000 : 0
  if (keepMs > 0 && keepMs <= Number.MAX_SAFE_INTEGER) return keepMs
  throw new ConfigError(
    'KEEP_DAYS is no number of days above 0. Use one such as 30 or 0.5, or leave it out to keep messages for ever.',
  )
}

function readOrigins(given: unknown): readonly string[] | undefined {
  if (given === undefined || given === '') return undefined
  const list: unknown[] = Array.isArray(given) ? given : `${given}`.split(',')
  return list.map((one) => {
    const origin = typeof one === 'string' ? one.trim() : ''
    if (origin === '*' || isOrigin(origin)) return origin
    throw new ConfigError(
      'ALLOWED_ORIGINS has an entry that is no origin. Write each as a browser sends it, scheme and host and no path, such as https://chat.example or http://localhost:3000, with commas between them; or * for all.',
    )
  })
}

/** Also of pages in an app, whose scheme no browser knows. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return !!url?.host && !/[*,]/.test(text) && `${url.protocol}//${url.host}` === text
}

/** @throws ConfigError */
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
    ...readNumbers(env, 'AI_LIMITS', MODEL_LIMITS, { turnMs: [1, TURN_MS] }),
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
  bounds: Bounds<T>,
): T {
  const text: unknown = env[variable]
  if (text === undefined || text === '') return defaults
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
        `${variable} names what is no limit. Use one of ${Object.keys(defaults).join(', ')}.`,
      )
    const [min, max] = bounds[name as keyof T] ?? [1, Number.MAX_SAFE_INTEGER]
    if (!Number.isSafeInteger(number) || number < min || number > max)
      throw new ConfigError(`${variable}.${name} is not a whole number from ${min} to ${max}.`)
  }
  return { ...defaults, ...value }
}
