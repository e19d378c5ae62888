/**
 * An application's own types, and what must not compile with them. `createSessionHooks.test.ts` compiles
 * this file: an expectation that no longer fails is an error there.
 */

import {
  createSession,
  createSessionHooks,
  type FeedMessage,
  type PartRenderers,
  type Session,
  type SessionHooks,
  selectAgent,
} from '../../index.ts'

interface App {
  data: { weather: { celsius: number }; poll: { question: string; votes: number[] } }
  tools: { search: { input: { query: string }; output: string[] }; clock: { output: number } }
  presence: { cursor: { x: number; y: number } }
  meta: { topic: string }
  broadcast: { kind: 'wave'; to: string } | { kind: 'approve'; callId: string }
}

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>) => {}

const { SessionProvider, useSessionSocket, useSession, useSessionState, useMessage, ...more } =
  createSessionHooks<App>()
const { usePresence, useBroadcast, useMessageKeys, useComposer } = more

export function Parts(): unknown {
  const message = useMessage('key')
  const topic = useMessage('key', ({ meta }) => meta?.topic)
  same<typeof topic, string | undefined>(true)
  // @ts-expect-error: the meta has no such field
  useMessage('key', ({ meta }) => meta?.subject)
  const names = useMessage(
    'key',
    ({ parts }) => parts.length,
    (a, b) => a === b,
  )
  same<typeof names, number | undefined>(true)

  const part = message?.parts[0]
  if (part?.type === 'data') {
    same<typeof part.name, 'weather' | 'poll'>(true)
    if (part.name === 'weather') {
      same<typeof part.value, { celsius: number }>(true)
      // @ts-expect-error: a weather has no votes
      part.value.votes
    }
    // @ts-expect-error: there is no such data part
    if (part.name === 'wether') return
  }
  if (part?.type === 'tool') {
    if (part.name === 'search') {
      same<typeof part.input, { query: string } | undefined>(true)
      same<typeof part.output, string[] | undefined>(true)
      // @ts-expect-error: an input has no such field
      part.input?.question
    }
    if (part.name === 'clock') same<typeof part.input, unknown>(true)
    // @ts-expect-error: there is no such tool
    if (part.name === 'serch') return
  }
  // @ts-expect-error: a type of part that the protocol doesn't have
  return part?.type === 'image'
}

export function Saying(): void {
  const { send, messages, session } = useSessionSocket({ url: '', sessionId: 'typed' })
  send('text alone')
  send({ parts: [{ type: 'text', text: 'hi' }], meta: { topic: 'tides' } })
  send({ parts: [{ type: 'data', name: 'weather', value: { celsius: 4 } }] })
  // @ts-expect-error: a topic is words
  send({ parts: [], meta: { topic: 4 } })
  // @ts-expect-error: the value is not that of a weather
  send({ parts: [{ type: 'data', name: 'weather', value: { celsius: 'four' } }] })
  // @ts-expect-error: there is no such data part
  send({ parts: [{ type: 'data', name: 'wind', value: {} }] })
  // @ts-expect-error: a person sends no tool part
  send({ parts: [{ type: 'tool', callId: '1', name: 'search', state: 'done' }] })
  // @ts-expect-error: the rows are the session's to change
  messages.push
  same<(typeof messages)[number], FeedMessage<App>>(true)
  same<ReturnType<typeof useSession>, Session<App>>(true)
  void send('hi').stored.then(({ meta }) => same<typeof meta, { topic: string } | undefined>(true))

  session.setPresence({ cursor: { x: 1, y: 2 } })
  // @ts-expect-error: not a place
  session.setPresence({ cursor: 'here' })
  session.broadcast({ kind: 'wave', to: 'Ada' })
  // @ts-expect-error: no such broadcast
  session.broadcast({ kind: 'shout' })
  session.onBroadcast((data) => same<typeof data, App['broadcast']>(true))
}

export function Hearing(): void {
  const say = useBroadcast((data, from) => {
    same<typeof data, App['broadcast']>(true)
    same<typeof from, string>(true)
  })
  say({ kind: 'approve', callId: '1' })
  // @ts-expect-error: to whom?
  say({ kind: 'wave' })
  // @ts-expect-error: this application broadcasts no numbers
  useBroadcast((data: number) => data)

  const [person] = usePresence()
  // Who has not told it yet has none.
  same<NonNullable<typeof person>['state']['cursor'], { x: number; y: number } | undefined>(true)
  // @ts-expect-error: nobody tells their mood
  person?.state.mood
  // @ts-expect-error: it may not be there
  person.id

  const x = useSessionState(({ peers }) => peers[0]?.state.cursor?.x)
  same<typeof x, number | undefined>(true)
  same<ReturnType<typeof useMessageKeys>, readonly string[]>(true)
  same<ReturnType<typeof useComposer>['text'], string>(true)
  // @ts-expect-error: the state has no such field
  useSessionState(({ people }) => people)
  // Selectors of the kit are for every application.
  same<
    ReturnType<typeof selectAgent>,
    ReturnType<typeof useSessionState<ReturnType<typeof selectAgent>>>
  >(true)
  useSessionState(selectAgent)
}

export const renderers: PartRenderers<App> = {
  text: ({ part }) => part.text,
  data({ part }) {
    if (part.name === 'weather') return `${part.value.celsius} °C`
    // @ts-expect-error: what is no weather is a poll
    if (part.value.celsius) return
    return part.value.question
  },
  tool: ({ part }) => (part.name === 'search' ? part.output?.join() : part.output?.toFixed()),
  // @ts-expect-error: there is no such type of part
  image: () => null,
}

export const wrong: PartRenderers<App> = {
  // @ts-expect-error: a weather's value is no string
  data: ({ part }) => (part.name === 'weather' ? part.value.trim() : null),
}

/** What an application made of its own goes wherever the kit asks for any. */
export function Fits(session: Session<App>): void {
  const plain: Session = session
  const general: PartRenderers = renderers
  const row: FeedMessage | undefined = session.getMessages()[0]
  SessionProvider({ session })
  const other = createSession<{ meta: { topic: number } }>({ url: '', sessionId: '' })
  // @ts-expect-error: a session of another application
  SessionProvider({ session: other })
  // @ts-expect-error: without a session
  SessionProvider({})
  void [plain, general, row]
}

/** What is left out stays as the protocol has it. */
export function Half(hooks: SessionHooks<{ data: { weather: { celsius: number } } }>): void {
  const tool = hooks.useMessage('key')?.parts.find((part) => part.type === 'tool')
  same<NonNullable<typeof tool>['name'], string>(true)
  hooks.useSession().send({ parts: [{ type: 'text', text: '' }], meta: { anything: 1 } })
  hooks.useBroadcast((data) => same<typeof data, unknown>(true))({ whatever: true })
  // @ts-expect-error: what nobody described is not known
  hooks.useBroadcast((data) => data.kind)
}

/** Without types of its own an application has the protocol's. */
export function Plain(session: Session): void {
  session.send({ parts: [{ type: 'data', name: 'any', value: 1 }], meta: { any: 1 } })
  const part = session.getMessages()[0]?.parts[0]
  if (part?.type === 'data') same<typeof part.value, unknown>(true)
  // @ts-expect-error: data is by name
  createSessionHooks<{ data: string }>()
  // @ts-expect-error: the kit has no such words of an application
  createSessionHooks<{ colour: string }>()
}
