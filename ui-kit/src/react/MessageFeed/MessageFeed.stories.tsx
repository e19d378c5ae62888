import { expect, userEvent, waitFor, within } from 'storybook/test'
import { CountedFeed } from '../../../../.storybook/CommitCounter.tsx'
import { agent, ago, answer, longTalk, mine, talk } from '../../../../.storybook/conversation.ts'
import {
  inScene,
  type Scene,
  type SceneOptions,
  sceneOf,
} from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { MessageData } from '../Part/MessageData.tsx'
import { FeedJump } from './FeedJump.tsx'
import { FeedList } from './FeedList.tsx'
import { FeedNotice } from './FeedNotice.tsx'
import { FeedOlder } from './FeedOlder.tsx'
import { FeedRoot } from './FeedRoot.tsx'
import { FeedDay, FeedRow, FeedUnread } from './FeedRow.tsx'
import { FeedViewport } from './FeedViewport.tsx'
import { MessageBody } from './MessageBody.tsx'
import { MessageFeed } from './MessageFeed.tsx'
import { MessageDelivery, MessageEnd } from './MessageFoot.tsx'
import { MessageAuthor, MessageHead, MessageMark, MessageTime } from './MessageHead.tsx'
import { MessageRoot } from './MessageRoot.tsx'

const meta = preview.meta({
  component: MessageFeed,
  parameters: {
    parts: {
      FeedRoot,
      FeedViewport,
      FeedOlder,
      FeedNotice,
      FeedList,
      FeedRow,
      FeedDay,
      FeedUnread,
      FeedJump,
      MessageRoot,
      MessageHead,
      MessageMark,
      MessageAuthor,
      MessageTime,
      MessageBody,
      MessageData,
      MessageEnd,
      MessageDelivery,
    },
  },
  decorators: [
    (Story) => (
      <div style={{ display: 'grid', blockSize: 'min(34rem, 100vh - 2rem)' }}>
        <Story />
      </div>
    ),
  ],
})

/** A picture: what the server holds, what happened then, and time stands still. */
const still = (options: SceneOptions) => inScene({ frozen: true, ...options })

/** A story that begins with the usual talk and goes on. */
const after = (setup: NonNullable<SceneOptions['setup']>) =>
  still({ before: (room) => room.history(talk.slice(0, 4)), setup })

/** An answer grows at the end; scroll up, and it leaves you where you are. */
export const Playground = meta.story({
  args: { virtual: 'auto', announce: 'complete' },
  parameters: inScene({
    before: (room) => room.history(longTalk(60)),
    setup({ room }) {
      room.stream(answer, { tokensPerSecond: 20 })
    },
  }),
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(/^The wind turns/)).toBeVisible())
  },
})

/** Two of Ada’s messages within a minute are one group; a new day has its line. */
export const Conversation = meta.story({
  parameters: still({ before: (room) => room.history(talk) }),
  play: async ({ canvas }) => {
    const rows = canvas.getAllByRole('article')
    await expect(rows).toHaveLength(talk.length)
    await expect(rows.map((row) => row.hasAttribute('data-first'))).toEqual(
      expect.arrayContaining([true, false]),
    )
    await expect(canvas.getAllByText('You').length).toBe(3)
    await expect(canvas.getByText(/5 January/)).toBeVisible()
  },
})

export const Empty = meta.story({
  parameters: still({}),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('No messages yet. Say something to begin.')).toBeVisible()
    await expect(canvas.queryByRole('article')).toBeNull()
  },
})

export const Loading = meta.story({
  parameters: still({ before: (_room, server) => server.halfOpen(true) }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Loading messages')).toBeVisible()
  },
})

/** The server has not been reached once. */
export const Unreachable = meta.story({
  parameters: still({
    before: (_room, server) => server.refuse(true),
    setup: ({ pass }) => pass(8000),
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/Messages can’t be loaded right now/)).toBeVisible()
  },
})

export const OneMessage = meta.story({
  parameters: still({ before: (room) => room.history(talk.slice(3, 4)) }),
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('article')).toHaveLength(1)
    await expect(canvas.getByText('Beginning of the conversation')).toBeInTheDocument()
  },
})

export const Dark = meta.story({
  globals: { theme: 'dark' },
  parameters: still({ before: (room) => room.history(talk) }),
  play: async ({ canvas }) => {
    const [row] = canvas.getAllByRole('article')
    await expect(getComputedStyle(row as Element).colorScheme).toContain('dark')
  },
})

/** An answer in the middle: it grows where it stands, with a caret at its end. */
export const Streaming = meta.story({
  parameters: after(async ({ room, pass }) => {
    const stream = room.stream(answer)
    await pass(700)
    stream.pause()
    await pass(50)
  }),
  play: async ({ canvas }) => {
    const row = canvas.getAllByRole('article').at(-1) as HTMLElement
    await expect(row).toHaveAttribute('data-state', 'streaming')
    const shown = within(row).getByText(/^The wind turns/).textContent ?? ''
    await expect(answer.startsWith(shown) && shown.length < answer.length).toBe(true)
  },
})

/** The same, live. */
export const StreamingLive = meta.story({
  parameters: inScene({
    before: (room) => room.history(talk.slice(0, 4)),
    setup({ room }) {
      room.stream(answer, { tokensPerSecond: 60 })
    },
  }),
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(answer)).toBeVisible(), { timeout: 10_000 })
    const row = canvas.getAllByRole('article').at(-1)
    await waitFor(() => expect(row).toHaveAttribute('data-state', 'done'))
  },
})

/** The server’s process died while it answered: the text is kept, and marked as cut. */
export const Interrupted = meta.story({
  parameters: after(async ({ room, server, pass }) => {
    room.stream(answer)
    await pass(700)
    server.restart(200)
    await pass(3000)
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/^The wind turns/)).toBeVisible()
    await expect(canvas.getByText('Interrupted: the answer was cut off here')).toBeVisible()
  },
})

export const Cancelled = meta.story({
  parameters: after(async ({ room, session, pass }) => {
    room.stream(answer)
    await pass(700)
    session.cancel()
    await pass(100)
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Stopped')).toBeVisible()
  },
})

export const Failed = meta.story({
  parameters: after(async ({ room, pass }) => {
    const stream = room.stream(answer)
    await pass(700)
    stream.fail('The model is overloaded.')
    await pass(100)
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Failed: The model is overloaded.')).toBeVisible()
  },
})

/** The last answer that was cut can be tried again; the new one comes below it. */
export const TryAgain = meta.story({
  parameters: inScene({
    agent: () => answer,
    before: (room) =>
      room.history([
        { ...mine('What will the wind do on Saturday?', ago(9)), id: 'asked' },
        {
          role: 'assistant',
          replyTo: 'asked',
          text: 'The wind turns to the',
          state: 'interrupted',
          createdAt: ago(8),
        },
      ]),
  }),
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(canvas.getByText(answer)).toBeVisible(), { timeout: 10_000 })
    await expect(canvas.queryByRole('button', { name: 'Try again' })).toBeNull()
    await expect(canvas.getAllByRole('article')).toHaveLength(3)
  },
})

export const Deleted = meta.story({
  parameters: after(async ({ room, pass }) => {
    room.remove(room.messages.at(-1)?.id ?? '')
    await pass(50)
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('This message was deleted')).toBeVisible()
  },
})

/** A part for each thing that an answer may consist of; a type from the future is shown as such. */
export const Parts = meta.story({
  parameters: still({
    before: (room) =>
      room.history([
        mine('When is low water on Saturday, and can I have it as a table?', ago(9)),
        agent(
          [
            { type: 'reasoning', text: 'They want the tide for Saturday. I look it up.' },
            {
              type: 'tool',
              callId: 'c1',
              name: 'tide_table',
              state: 'done',
              input: { place: 'Neuwerk', day: '2026-01-10' },
              output: { low: ['09:40', '22:05'], high: ['03:31', '15:58'] },
            },
            { type: 'text', text: 'Low water is at 09:40 and at 22:05.' },
            { type: 'data', name: 'tide', value: { low: ['09:40', '22:05'] } },
            {
              type: 'file',
              url: 'https://example.com/tides.csv',
              mediaType: 'text/csv',
              name: 'tides.csv',
              size: 18_240,
            },
            { type: 'poll', question: 'Eight or nine?' } as never,
          ],
          ago(8),
        ),
      ]),
  }),
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByText('Reasoning'))
    await expect(canvas.getByText(/I look it up/)).toBeVisible()
    await userEvent.click(canvas.getByText('tide_table'))
    await expect(canvas.getByText(/"Neuwerk"/)).toBeVisible()
    await expect(canvas.getByText('tides.csv')).toBeVisible()
    await expect(canvas.getByText('This version can’t show “poll”')).toBeVisible()
  },
})

export const ToolStates = meta.story({
  parameters: still({
    before: (room) =>
      room.history([
        agent(
          (['input', 'running', 'done', 'error'] as const).map((state) => ({
            type: 'tool',
            callId: state,
            name: 'tide_table',
            state,
            input: { place: 'Neuwerk' },
            ...(state === 'done' && { output: '09:40' }),
            ...(state === 'error' && { error: 'The service did not answer.' }),
          })),
          ago(8),
        ),
      ]),
  }),
  play: async ({ canvas }) => {
    for (const words of ['preparing', 'running', 'done', 'failed'])
      await expect(canvas.getByText(words)).toBeVisible()
  },
})

/** Written without a line: kept, and sent in order when it is back. */
export const Queued = meta.story({
  parameters: after(async ({ session, cable, pass }) => {
    cable(false)
    await pass(100)
    session.send('Shall we take the dog?')
    await pass(2000)
  }),
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText('Waiting to be sent')).toBeVisible())
  },
})

/** Handed to the line, and not yet answered. */
export const Sending = meta.story({
  parameters: still({
    agent: () => null,
    before: (room) => room.history(talk.slice(0, 4)),
    async setup({ session, server, pass }) {
      server.ignoreNext('send')
      session.send('Shall we take the dog?')
      await pass(2000)
    },
  }),
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText('Sending')).toBeVisible())
  },
})

export const Refused = meta.story({
  parameters: inScene({
    agent: () => null,
    before: (room) => room.history(talk.slice(0, 4)),
    async setup({ session, server, pass }) {
      server.nackNext('forbidden')
      session.send('Shall we take the dog?')
      await pass(100)
    },
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/^Not sent: /)).toBeVisible()
  },
})

export const Retried = meta.story({
  tags: ['!autodocs'],
  parameters: Refused.input.parameters,
  play: async (context) => {
    const { canvas } = context
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(canvas.queryByText(/^Not sent: /)).toBeNull())
    await waitFor(() =>
      expect(sceneOf(context).room.messages.at(-1)?.parts).toEqual([
        { type: 'text', text: 'Shall we take the dog?' },
      ]),
    )
  },
})

export const Discarded = meta.story({
  tags: ['!autodocs'],
  parameters: Refused.input.parameters,
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Discard' }))
    await waitFor(() => expect(canvas.queryByText('Shall we take the dog?')).toBeNull())
  },
})

/** Older messages come when the reader nears the top, and what is read stays where it is. */
export const OlderHistory = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({ before: (room) => room.history(longTalk(250)) }),
  play: async ({ canvas }) => {
    const viewport = canvas.getByRole('region', { name: 'Messages' })
    const first = () => canvas.queryByText('Reading 1: 0 cm at the gauge.')
    await expect(first()).toBeNull()
    await waitFor(
      () => {
        viewport.scrollTop = 0
        expect(first()).toBeInTheDocument()
      },
      { timeout: 10_000 },
    )
    await expect(canvas.getAllByRole('article')).toHaveLength(250)
    await expect(canvas.getByText('Beginning of the conversation')).toBeInTheDocument()
  },
})

export const OlderFailed = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({
    before: (room) => room.history(longTalk(250)),
    async setup({ session, server, pass }) {
      server.loseNext('page')
      session.loadOlder().catch(() => {})
      await pass(30_000)
    },
  }),
  play: async ({ canvas }) => {
    canvas.getByRole('region', { name: 'Messages' }).scrollTop = 0
    await expect(await canvas.findByRole('button', { name: 'Load again' })).toBeVisible()
  },
})

export const LoadedAgain = meta.story({
  tags: ['!autodocs'],
  parameters: OlderFailed.input.parameters,
  play: async (context) => {
    const { canvas } = context
    await OlderFailed.play(context)
    await userEvent.click(canvas.getByRole('button', { name: 'Load again' }))
    await waitFor(() => expect(canvas.getAllByRole('article').length).toBeGreaterThan(100))
  },
})

/** The reader is elsewhere: nothing moves, and a pill counts. */
export const NewMessages = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({ before: (room) => room.history(longTalk(60)) }),
  play: async (context) => {
    const { canvas } = context
    const { room } = sceneOf(context)
    const viewport = canvas.getByRole('region', { name: 'Messages' })
    await waitFor(() => {
      viewport.scrollTop = 300
      expect(canvas.getByRole('button')).toHaveTextContent('Jump to latest')
    })
    const before = viewport.scrollTop
    room.post('Here comes the wind.', 'Ben')
    room.post('And the rain.', 'Ben')
    await waitFor(() => expect(canvas.getByRole('button')).toHaveTextContent('2 new messages'))
    await expect(viewport.scrollTop).toBe(before)
  },
})

/** The pill leads back to the end, and is gone. */
export const Jumped = meta.story({
  tags: ['!autodocs'],
  parameters: NewMessages.input.parameters,
  play: async (context) => {
    const { canvas } = context
    await NewMessages.play(context)
    await userEvent.click(canvas.getByRole('button'))
    await waitFor(() => expect(canvas.getByText('And the rain.')).toBeVisible())
    await waitFor(() => expect(canvas.queryByRole('button')).toBeNull())
  },
})

export const LongWords = meta.story({
  parameters: still({
    before: (room) =>
      room.history([
        {
          author: 'A person with quite a long name, and a second name',
          text: 'Hi',
          createdAt: ago(9),
        },
        { author: 'Ben', text: 'Donaudampfschifffahrt'.repeat(20), createdAt: ago(8) },
        { author: 'Ben', text: `https://example.com/${'a/'.repeat(120)}`, createdAt: ago(7) },
        mine('one\ntwo\n\nthree, after an empty line', ago(6)),
        { author: 'Ben', text: '🐚🦀🌊', createdAt: ago(5) },
      ]),
  }),
  play: async ({ canvas }) => {
    const viewport = canvas.getByRole('region', { name: 'Messages' })
    await expect(viewport.scrollWidth).toBe(viewport.clientWidth)
  },
})

export const RightToLeft = meta.story({
  globals: { direction: 'rtl' },
  parameters: still({
    before: (room) =>
      room.history([
        { author: 'ליאת', text: 'מתי השפל בשבת?', createdAt: ago(9) },
        mine('בשעה 09:40, לפי הלוח.', ago(8)),
        { author: 'Ada', text: 'English stays left to right, even here.', createdAt: ago(7) },
      ]),
  }),
  play: async ({ canvas }) => {
    const hebrew = canvas.getByText('מתי השפל בשבת?')
    await expect(getComputedStyle(hebrew).direction).toBe('rtl')
    await expect(getComputedStyle(canvas.getByText(/^English/)).direction).toBe('ltr')
    const day = canvas.getByText(/5 January/)
    await expect(getComputedStyle(day).unicodeBidi).toBe('plaintext')
  },
})

/** Everything that the server holds, as by a reader who went up to the beginning. */
async function loadAll({ session, clock }: Scene): Promise<void> {
  while (session.store.getState().history.hasOlder) {
    const page = session.loadOlder(100)
    while (session.store.getState().history.phase === 'loading') {
      clock.advance(20)
      await Promise.resolve()
    }
    await page
  }
}

const long = (messages: number) =>
  inScene({
    before: (room) => room.history(longTalk(messages)),
    setup: loadAll,
    shown({ room }) {
      room.stream(Array.from({ length: 30 }, () => answer).join('\n\n'), { tokensPerSecond: 60 })
    },
  })

const countOf = (canvasElement: HTMLElement, name: string) =>
  Number(canvasElement.querySelector(`[data-count=${name}]`)?.textContent)

/** Parts are rendered, and neither the list nor a whole row is. */
const oneRowGrows = (canvasElement: HTMLElement, expectShown: (rows: number) => void) =>
  waitFor(
    () => {
      expect(countOf(canvasElement, 'parts')).toBeGreaterThan(5)
      expect(countOf(canvasElement, 'list')).toBe(0)
      expect(countOf(canvasElement, 'rows')).toBe(0)
      expectShown(countOf(canvasElement, 'shown'))
    },
    { timeout: 12_000 },
  )

/**
 * An answer grows under ten thousand messages: a screenful of rows is in the document, and a
 * token renders one part of one of them.
 */
export const TenThousand = meta.story({
  tags: ['!autodocs'],
  parameters: long(10_000),
  render: () => <CountedFeed />,
  play: ({ canvasElement }) =>
    oneRowGrows(canvasElement, (shown) => expect(shown).toBeLessThan(60)),
})

/** The same without a window: every row is there to be found in the page, and to be printed. */
export const Plain = meta.story({
  tags: ['!autodocs'],
  parameters: long(150),
  render: () => <CountedFeed virtual={false} />,
  play: ({ canvasElement }) => oneRowGrows(canvasElement, (shown) => expect(shown).toBe(151)),
})

/** By keyboard alone: into the feed, from message to message, and back. */
export const ByKeyboard = meta.story({
  tags: ['!autodocs'],
  parameters: still({ before: (room) => room.history(longTalk(60)) }),
  play: async ({ canvas }) => {
    const viewport = canvas.getByRole('region', { name: 'Messages' })
    await userEvent.tab()
    await expect(viewport).toHaveFocus()
    await userEvent.keyboard('{ArrowUp}{ArrowUp}')
    const rows = canvas.getAllByRole('article')
    await expect(rows.at(-2)).toHaveFocus()
    await userEvent.keyboard('{Home}')
    await expect(rows[0]).toHaveFocus()
    await expect(rows[0]).toBeVisible()
    await userEvent.keyboard('{End}')
    await expect(rows.at(-1)).toHaveFocus()
  },
})
