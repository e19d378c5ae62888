/** What the built-in agent knows: texts about this kit, each with the words that call for it. */

export interface KnownAnswer {
  words: RegExp
  /** Markdown */
  text: string
}

/** In the order in which they are looked through: whatever has a name, before how to use it. */
export const ANSWERS: readonly KnownAnswer[] = [
  {
    words: /\b(resume|reconnect\w*|offline|reload\w*|network|connection|cursor|epoch|gap)\b/i,
    text: `## How resume works

Every durable change of a session has a number, its **seq**: 1, 2, 3, without holes. Your client
remembers the highest one it has applied, its *cursor*, and the *epoch* of the log it belongs to.

1. The line breaks. The client dials again, with growing and random pauses.
2. It says \`hello\` with epoch and cursor.
3. The server answers with everything that changed since, and with any answer that is still being
   written, as far as it has come.
4. From there on the live frames fit without a gap.

\`\`\`json
{ "type": "hello", "v": 1, "epoch": "go8kWNXQqbzQprL0", "cursor": 41 }
\`\`\`

Reading what you missed, sending it and switching you to live happen in one turn of the event loop
on the server. So nothing can slip in between.

When too much was missed, or the log is another one, you get a *snapshot* of the newest messages
instead, and older ones as you scroll up. What you typed while offline stays in your outbox and
keeps its own id, so it is stored once however often it is sent.

> Try it: write \`/slow how does resume work\`, reload the page in the middle, and watch.
`,
  },
  {
    words:
      /\b(promis\w*|lost|lose|losing|guarantee\w*|reliab\w*|order|twice|duplicate\w*|crash\w*|dies?)\b/i,
    text: `## The promise

A message that a person sent, or that an agent streamed, is shown **once, whole and in order**, on
every client of the session, whatever happens to the network, the tab or the server in between.

What stands behind it:

- **Stored first, then sent.** Nobody sees a message that is not in the database, and that holds for
  every piece of a growing answer.
- **One number for one change.** A client that sees a hole in the numbers asks for what is missing,
  even on a line that never broke.
- **One id for one send.** The client makes an id for what it sends. The same id again is
  acknowledged again and stored once.
- **A cut answer is marked.** When the server dies in the middle, the answer keeps the text that
  anybody could have seen and becomes *interrupted*, once, for everybody.

And until the server has stored your message, you see that it hasn't.
`,
  },
  {
    words: /\b(wire|protocol|frames?|websockets?|sockets?|json|echo|raw)\b/i,
    text: `## On the wire

Text frames, each one JSON value. A client needs very few of them:

| client says | server answers |
| --- | --- |
| \`hello\` | \`welcome\`, then \`sync\` until \`more\` is false |
| \`send\` | \`msg\` to everybody, \`ack\` to the sender, or \`nack\` with a reason |
| \`cancel\` | the answer ends as *cancelled* |
| \`page\` | older messages |
| \`presence\` | tells the others, and is not stored |

A growing answer arrives as \`delta\` frames that say where they begin, so an overlap is cut and a
hole is noticed. They are merged: at most twenty a second, however fast the agent writes.

Anything else is an **echo**. Connect, send any JSON, and every connection of the session receives it:

\`\`\`js
const socket = new WebSocket('ws://localhost:8787/sessions/playground/websocket')
socket.onopen = () => socket.send(JSON.stringify({ move: 'e4' }))
socket.onmessage = ({ data }) => console.log(JSON.parse(data))
// { type: 'echo', data: { move: 'e4' }, from: '…' }
\`\`\`

So a raw socket and a whole chat share one route, and one connection.
`,
  },
  {
    words:
      /\b(servers?|durable|objects?|cloudflare|workers?|hibernat\w*|sleep\w*|cost\w*|sqlite|deploy\w*|scale)\b/i,
    text: `## The server, and how it sleeps

Each session is one **Durable Object** with a SQLite database of its own. All its sockets meet there,
so there is one place that decides the order.

When nobody speaks for about ten seconds the object leaves memory, and **the sockets stay open**. The
next frame wakes it: it finds out who you are from what is attached to the socket, reads one row to
know where the log stands, and goes on. Keep-alive pings are answered without waking it.

What arrives in the same moment is stored in one transaction and leaves as one frame for each client.
A growing answer costs one row every 50 ms, not one for every word.

- No timer runs at rest.
- Nothing in memory is needed to go on.
- While an answer is being written an alarm stands by, so even a crash with nobody connected is
  noticed.
`,
  },
  {
    words: /\b(agents?|models?|ai|llm|respond|stream\w*|tools?)\b/i,
    text: `## An agent of your own

Derive from \`SessionDO\` and say how a message is answered:

\`\`\`ts
import { createSessionApp, SessionDO, type Turn } from '@session-kit/api'

export class Support extends SessionDO {
  override async *respond(turn: Turn) {
    turn.status('thinking')
    for (const word of ['You', ' are', ' heard.']) {
      if (turn.signal.aborted) return
      yield word
    }
  }
}

export default createSessionApp()
\`\`\`

\`turn.message\` is what to answer, \`turn.history\` what came before, and \`turn.signal\` tells when
somebody pressed stop. Yield a string and it is appended; yield a part and it is added, or takes the
place of the one with the same \`callId\` or \`name\`.

Everything else is done for you: merging, storing, numbering, resuming. Turns of a session run one
after the other. A closing tab cancels nothing, and if your code throws, the answer keeps its text and
ends in the state *error*.
`,
  },
  {
    words:
      /\b(tickets?|auth\w*|guests?|gets? in|secur\w*|secrets?|login|tokens?|users?|origin|cors)\b/i,
    text: `## Who gets in

A deployed Worker lets **nobody** in until you say who.

1. **Tickets.** Your own server knows its users. It signs a short-lived ticket for one, with a secret
   that it shares with the Worker:

   \`\`\`ts
   import { signTicket } from '@session-kit/api/tickets'

   const ticket = await signTicket({ sub: user.id, name: user.name, sid: sessionId }, SESSION_SECRET)
   \`\`\`

2. **Guests.** With \`ALLOW_GUESTS\` set to \`true\` anybody who knows a session's id gets in. A guest
   is known again by a secret that stays in the browser; others only ever see a digest of it.

A *viewer* reads, a *member* writes, an *admin* may delete the session. Pages of other origins are
refused unless you list them, and none of these refusals wakes the session.
`,
  },
  {
    words: /\b(hooks?|react|use|install|start|component\w*|code|example|snippet)\b/i,
    text: `## Using the hook

\`\`\`tsx
import { useSessionSocket } from '@session-kit/ui-kit'

export function Room({ id }: { id: string }) {
  const { status, messages, send } = useSessionSocket({
    url: 'https://chat.example.com',
    sessionId: id,
  })
  return (
    <>
      <p>{status}</p>
      <ul>
        {messages.map((message) => (
          <li key={message.key}>{message.author.name}</li>
        ))}
      </ul>
      <button onClick={() => send('Hello')}>Say hello</button>
    </>
  )
}
\`\`\`

There is no provider to set up. Every component that asks for the same \`url\` and \`sessionId\`
shares one socket, and the last one to leave lets go of it.

- \`status\` is \`connecting\`, \`connected\` or \`disconnected\`.
- \`messages\` are in display order, and the \`key\` of a row never changes, not even when a row that
  was waiting becomes a stored one.
- \`send\` works offline, too: the row shows at once, and leaves when the line is back.

You can adopt as deep as you like: the hook, the session without React
(\`@session-kit/ui-kit/session\`), or only a socket that stays alive
(\`@session-kit/ui-kit/socket\`).
`,
  },
]

const OVERVIEWS: readonly string[] = [
  `session-kit is for **live sessions**: several people, and an agent if you like, in one conversation
that survives bad networks, reloads and restarts.

It has two halves:

- \`@session-kit/ui-kit\`, hooks and components for React, and the same without React;
- \`@session-kit/api\`, a Worker that keeps each session in a Durable Object.
`,
  `This answer reaches every window of this session at the same time. Open the link in a second one
while I write, and you will find it there as far as I have come.

\`\`\`
you ── send ──▶ session ── stored, then sent ──▶ everybody
\`\`\`
`,
  `Some things to try, with two windows side by side:

1. Type in one and look at the other.
2. Press stop while I write.
3. Switch the network off, write something, and switch it on again.
4. End the server in the middle of an answer, and start it again.
`,
]

/** For words that belong to no text: says so, and tells something about the kit. */
export function overview(question: string, number: number): string {
  const quoted = question
    .replace(/\s+/g, ' ')
    .slice(0, 120)
    .replace(/[`*_[\]<>#|\\]/g, '')
  const opening =
    quoted === ''
      ? ''
      : `You wrote “${quoted}”, and I have no text on that: I am a small agent without a model.\n\n`
  const text = OVERVIEWS[number % OVERVIEWS.length]
  return `${opening}${text}\nAsk me about **resume**, the **hook** or the **promise**, or write \`/help\`.\n`
}
