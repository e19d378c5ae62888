import { expectTypeOf, test } from 'vitest'
import {
  createSessionApp,
  type DataPart,
  getSession,
  type Message,
  type Part,
  type Posted,
  type Refusal,
  SessionDO,
  type SessionEnv,
  type Turn,
  type User,
  type UserPart,
} from './index.ts'

class Support extends SessionDO {
  async open(ticket: number): Promise<string> {
    return `ticket ${ticket}`
  }
}

test('types: a session of one’s own class has its own methods, and those of every session', () => {
  const ask = (env: SessionEnv) => getSession<Support>(env, 'support')
  type Session = ReturnType<typeof ask>
  expectTypeOf<Parameters<Session['open']>>().toEqualTypeOf<[ticket: number]>()
  expectTypeOf<Session['kick']>().toBeFunction()
  const plain = (env: SessionEnv) => getSession(env, 'support')
  expectTypeOf<ReturnType<typeof plain>>().not.toHaveProperty('open')
})

test('types: variables may be what wrangler makes of its JSON', () => {
  interface Generated {
    SESSIONS: DurableObjectNamespace<Support>
    ALLOW_GUESTS: true
    KEEP_DAYS: 30
    SESSION_LIMITS: { burst: 9 }
    ALLOWED_ORIGINS: ['https://a.example']
    AI_LIMITS: { turnMs: 1_000 }
  }
  expectTypeOf<Generated>().toExtend<SessionEnv>()
  const app = () => createSessionApp<Generated>({ onEvent: (_, env) => void env.KEEP_DAYS })
  expectTypeOf(app).returns.toHaveProperty('fetch')
})

test('types: what a turn and a call hand over has a name', () => {
  expectTypeOf<Turn['message']>().toEqualTypeOf<Message>()
  expectTypeOf<Message['parts'][number]>().toEqualTypeOf<Part>()
  expectTypeOf<Message['author']>().toEqualTypeOf<User>()
  expectTypeOf<Extract<Posted, { ok: false }>>().toEqualTypeOf<Refusal>()
  expectTypeOf<DataPart>().toExtend<UserPart>()
})
