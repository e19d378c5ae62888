/**
 * The Worker of the proofs: the published app and class, with an agent that does as it is told,
 * and a side door at `/proof/SESSION/QUESTION` through which a test looks at rows and sockets.
 *
 * The side door passes by every rule: what it reads, no alarm and no recovery has touched.
 */

import { DEFAULT_LIMITS } from '@session-kit/ui-kit/protocol'
import { model } from '../../src/agents/model.ts'
import { createSessionApp } from '../../src/app.ts'
import type { SessionEnv } from '../../src/config.ts'
import { MessageLog } from '../../src/MessageLog.ts'
import { SessionDO } from '../../src/SessionDO.ts'
import type { Row } from '../../src/Sql.ts'
import { say } from '../../src/say.ts'
import type { Turn, TurnEvent } from '../../src/Turn.ts'
import { countRows, type RowCounter } from './countRows.ts'
import { speak } from './speak.ts'

interface ProofEnv extends SessionEnv {
  /** where sessions of the kind `model` find their API */
  MODELS?: string
  NEVER_SLEEPS: DurableObjectNamespace<ProofSession>
  SESSIONS: DurableObjectNamespace<ProofSession>
}

export class ProofSession extends SessionDO<ProofEnv> {
  readonly #rows: RowCounter

  constructor(ctx: DurableObjectState, env: ProofEnv) {
    const rows = countRows(ctx.storage)
    super(ctx, { ...env, ...variablesOf(ctx.id.name ?? '', env) })
    this.#rows = rows
    rows.mark('constructor')
  }

  override respond(turn: Turn): AsyncIterable<TurnEvent> {
    return this.env.AGENT === 'model' ? model(turn, this.env) : speak(turn)
  }

  override alarm(): void {
    console.log(JSON.stringify({ event: 'proof.alarm', session: this.ctx.id.name }))
    super.alarm()
  }

  /** What was read and written since the instance was made, by the marks that were set. */
  rows(mark: string) {
    return this.#rows.mark(mark)
  }

  /** Puts `count` messages into an empty session, as if they had been sent. */
  fill(count: number): void {
    const { storage } = this.ctx
    const log = new MessageLog(
      (query, ...values) =>
        storage.sql.exec<Record<string, SqlStorageValue>>(query, ...values) as Iterable<Row>,
    )
    const session = this.ctx.id.name ?? ''
    const author = { user: { id: 'filler', name: 'Filler' }, role: 'member' } as const
    const open = () => void log.create(session, crypto.randomUUID())
    const context = { log, limits: DEFAULT_LIMITS, hasAgent: false, nowMs: Date.now(), open }
    storage.transactionSync(() => {
      log.load()
      for (let n = 1; n <= count; n++) {
        const parts = [{ type: 'text' as const, text: `message ${n} of ${count}` }]
        const said = say(context, author, { cid: `filled-${n}`, parts })
        if (!said.ok) throw new Error(said.message)
      }
      log.save()
    })
  }

  /** The messages as they lie in the table, oldest first; no rule gets to see the question. */
  stored(): { state: string; role: string; seq: number }[] {
    const rows = this.ctx.storage.sql.exec<{ body: string }>(
      'SELECT body FROM messages ORDER BY pos',
    )
    return [...rows].map(({ body }) => JSON.parse(body))
  }

  alarmAtMs(): Promise<number | null> {
    return this.ctx.storage.getAlarm()
  }

  /** Unread bytes of every open socket, by the name of its user. */
  unread(): Record<string, number> {
    return Object.fromEntries(
      this.ctx
        .getWebSockets()
        .map((ws) => [
          ws.deserializeAttachment().user.name,
          (ws as { bufferedAmount?: number }).bufferedAmount,
        ]),
    )
  }
}

/** The control: one forgotten interval, and no proof of sleep may hold for it. */
export class NeverSleepingSession extends ProofSession {
  constructor(ctx: DurableObjectState, env: ProofEnv) {
    super(ctx, env)
    setInterval(() => {}, 1_000)
  }
}

/** What a session sees instead of the Worker's variables, by its kind. */
function variablesOf(session: string, { MODELS }: ProofEnv): Partial<Omit<SessionEnv, 'SESSIONS'>> {
  switch (session.split('-')[0]) {
    case 'crowd': // so that a test need not open a hundred sockets
      return { SESSION_LIMITS: '{"peers":2}' }
    case 'kept':
      return { KEEP_DAYS: '30' }
    case 'model':
      return { AGENT: 'model', AI_BASE_URL: `${MODELS}/${session}`, AI_MODEL: 'any' }
    default:
      return {}
  }
}

const app = createSessionApp()

export default {
  async fetch(request: Request, env: ProofEnv, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url)
    const [, root, session = '', question] = url.pathname.split('/')
    const sessions = session.startsWith('never-') ? env.NEVER_SLEEPS : env.SESSIONS
    if (root !== 'proof') return app.fetch(request, { ...env, SESSIONS: sessions }, ctx)
    try {
      return Response.json((await answer(sessions, session, question, url)) ?? null)
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}

async function answer(
  sessions: DurableObjectNamespace<ProofSession>,
  session: string,
  question: string | undefined,
  { searchParams }: URL,
): Promise<unknown> {
  const id = sessions.idFromName(session)
  if (question === 'object') return `${id}` // wakes nobody
  const stub = sessions.get(id)
  const value = searchParams.get('value') ?? ''
  switch (question) {
    case 'rows':
      return stub.rows(value)
    case 'fill':
      return stub.fill(Number(value))
    case 'stored':
      return stub.stored()
    case 'alarm':
      return stub.alarmAtMs()
    case 'unread':
      return stub.unread()
    default:
      throw new Error(`there is no question ${question}`)
  }
}
