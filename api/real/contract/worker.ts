/**
 * The Worker of the contract: the published app and class, with an agent that plays the script it
 * is sent, and a side door at `POST /side/SESSION/METHOD` for what a test does as code would.
 */

import type { Part } from '@session-kit/ui-kit/protocol'
import { createSessionApp } from '../../src/app.ts'
import type { SessionEnv } from '../../src/config.ts'
import { SessionDO } from '../../src/SessionDO.ts'
import { AgentError, type Turn, type TurnEvent } from '../../src/Turn.ts'
import { type Script, SETTINGS, type Setting, type SettingName, scriptOf } from './Subject.ts'

const TICK_MS = 10
const CHUNK = 4
/** How long a tool is seen running, in tokens. */
const TOOL_TOKENS = 20

export class ContractSession extends SessionDO {
  #turn: Turn | undefined
  #isPaused = false
  #failure: string | undefined
  #speed: number | false = false
  #isFailing = false
  /** stores still to fail, and how deep in a transaction we are */
  #failing = 0
  #depth = 0

  constructor(ctx: DurableObjectState, env: SessionEnv) {
    const { limits = {}, hasAgent = false } = settingOf(ctx.id.name ?? '')
    super(ctx, { ...env, SESSION_LIMITS: JSON.stringify(limits), AGENT: 'none', KEEP_DAYS: '30' })
    if (!hasAgent) Object.assign(this, { respond: undefined })
    const { storage } = ctx
    const transact = storage.transactionSync.bind(storage)
    const exec = storage.sql.exec.bind(storage.sql)
    Object.assign(storage, {
      transactionSync: <T>(run: () => T): T =>
        transact(() => {
          this.#depth += 1
          try {
            return run()
          } finally {
            this.#depth -= 1
          }
        }),
    })
    Object.assign(storage.sql, {
      exec: (query: string, ...values: SqlStorageValue[]) => {
        if (this.#failing === 0 || !query.startsWith('INSERT INTO messages'))
          return exec(query, ...values)
        // What is stored together is tried again one by one: only then it has failed.
        if (this.#depth > 1) this.#failing -= 1
        throw new Error('the storage fails, as it was told to')
      },
    })
  }

  override async *respond(turn: Turn): AsyncGenerator<TurnEvent> {
    this.#turn = turn
    this.#isPaused = false
    this.#failure = undefined
    const script = scriptOf(turn.message)
    if (script.throws) throw new Error('for the operator')
    const tokens = tokensOf(script)
    const failAt = this.#isFailing ? Math.ceil(tokens.length / 2) : script.failAfter
    this.#isFailing = false
    let credit = 0
    let atMs = Date.now()
    for (let next = 0; next < tokens.length; ) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
      if (turn.signal.aborted) return
      if (this.#failure !== undefined) throw new AgentError('agent_failed', this.#failure)
      const speed = this.#speed === false ? (script.tokensPerSecond ?? 60) : this.#speed
      credit += this.#isPaused ? 0 : ((Date.now() - atMs) * speed) / 1000
      atMs = Date.now()
      for (; credit >= 1 && next < tokens.length; credit -= 1, next += 1) {
        if (next === failAt) throw new AgentError('agent_failed', 'The agent failed.')
        const token = tokens[next]
        if (token) yield token
      }
    }
  }

  // ------------------------------------------------------------ by the side door

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
  }

  fail(message: string): void {
    this.#failure = message
  }

  detail(text: string): void {
    this.#turn?.status(text)
  }

  slowStream(tokensPerSecond: number | false): void {
    this.#speed = tokensPerSecond
  }

  failingStream(): void {
    this.#isFailing = true
  }

  failStorage(): void {
    this.#failing += 1
  }

  restart(): void {
    this.ctx.abort('the process dies')
  }

  /** Everything but the newest messages is old enough for retention, which looks now. */
  prune(keep: number): void {
    const { sql } = this.ctx.storage
    const old = `pos NOT IN (SELECT pos FROM messages ORDER BY pos DESC LIMIT ${keep})`
    sql.exec(`UPDATE messages SET body = json_set(body, '$.createdAt', 0) WHERE ${old}`)
    sql.exec('UPDATE meta SET sweepAtMs = 0')
    this.alarm()
  }

  /** The storage was set back to the beginning. */
  async wipe(): Promise<void> {
    const { sql } = this.ctx.storage
    for (const table of ['messages', 'parts', 'sent', 'turns']) sql.exec(`DELETE FROM ${table}`)
    sql.exec('UPDATE meta SET floor = 0')
    this.alarm()
    await this.renewEpoch()
  }
}

function settingOf(session: string): Setting {
  return SETTINGS[session.split('-')[0] as SettingName] ?? {}
}

/** Nothing is said for an undefined one. */
function tokensOf({ say }: Script): (TurnEvent | undefined)[] {
  const parts: readonly Part[] = typeof say === 'string' ? [{ type: 'text', text: say }] : say
  return parts.flatMap((part): (TurnEvent | undefined)[] => {
    if (part.type === 'text' || part.type === 'reasoning') {
      const letters = [...part.text]
      return Array.from({ length: Math.ceil(letters.length / CHUNK) }, (_, index) => {
        const text = letters.slice(index * CHUNK, (index + 1) * CHUNK).join('')
        return { type: part.type, text }
      })
    }
    if (part.type !== 'tool' || (part.state !== 'done' && part.state !== 'error')) return [part]
    const { output: _output, error: _error, ...input } = part
    const wait = new Array<undefined>(TOOL_TOKENS).fill(undefined)
    return [{ ...input, state: 'running' }, ...wait, part]
  })
}

const app = createSessionApp()

export default {
  async fetch(request: Request, env: SessionEnv, ctx: ExecutionContext): Promise<Response> {
    const [, root, session = '', method = ''] = new URL(request.url).pathname.split('/')
    if (root !== 'side') return app.fetch(request, env, ctx)
    const sessions = env.SESSIONS as unknown as DurableObjectNamespace<ContractSession>
    const stub = sessions.get(sessions.idFromName(session))
    const call = stub[method as keyof typeof stub] as unknown as (...given: unknown[]) => unknown
    try {
      const given: unknown[] = await request.json()
      return Response.json((await Reflect.apply(call, stub, given)) ?? null)
    } catch (error) {
      return Response.json({ error: String(error) }, { status: 500 })
    }
  },
}
