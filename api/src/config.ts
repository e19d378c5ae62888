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
  /** `demo` (the default) or `none` */
  AGENT?: string
}

/** Below it a frame has no room for what surrounds messages and peers. */
const MIN_SERVER_FRAME_BYTES = 8_192

export const AGENTS = ['demo', 'none'] as const

export interface Config {
  limits: Limits
  agent: (typeof AGENTS)[number]
}

/** A variable of the Worker that can't be used; the message says which, why and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'configuration'
}

/** @throws ConfigError */
export function readConfig(env: Pick<SessionEnv, 'SESSION_LIMITS' | 'AGENT'>): Config {
  const agent = AGENTS.find((name) => name === (env.AGENT || 'demo'))
  if (!agent)
    throw new ConfigError(
      `AGENT is ${JSON.stringify(env.AGENT)}, which is not part of this build. Use one of ${AGENTS.join(', ')}.`,
    )
  return { agent, limits: { ...DEFAULT_LIMITS, ...readLimits(env.SESSION_LIMITS) } }
}

function readLimits(text: string | undefined): Partial<Limits> {
  if (!text) return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ConfigError('SESSION_LIMITS is not JSON. Use an object such as {"perSecond":100}.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError('SESSION_LIMITS is no object. Use one such as {"perSecond":100}.')
  for (const [name, limit] of Object.entries(value)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name))
      throw new ConfigError(
        `SESSION_LIMITS names ${JSON.stringify(name)}, which is no limit. Use one of ${Object.keys(DEFAULT_LIMITS).join(', ')}.`,
      )
    const least = name === 'serverFrameBytes' ? MIN_SERVER_FRAME_BYTES : 1
    if (!Number.isSafeInteger(limit) || limit < least)
      throw new ConfigError(`SESSION_LIMITS.${name} is not a whole number from ${least}.`)
  }
  return value
}
