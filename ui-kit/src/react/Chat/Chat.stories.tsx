import { expect, userEvent, waitFor } from 'storybook/test'
import { answer, talk } from '../../../../.storybook/conversation.ts'
import { inScene, sceneOf } from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { Markdown } from '../../markdown/Markdown.tsx'
import { Chat } from './Chat.tsx'

const meta = preview.meta({
  component: Chat,
  parameters: { layout: 'fullscreen' },
  decorators: [
    (Story) => (
      <div style={{ blockSize: 'min(40rem, 100vh)' }}>
        <Story />
      </div>
    ),
  ],
})

/** Write something: the fake agent answers. */
export const Assembled = meta.story({
  args: {
    submitOn: 'enter',
    renderers: {
      text: ({ part, streaming }) => <Markdown text={part.text} streaming={streaming} />,
    },
  },
  parameters: inScene({
    before(room) {
      room.history(talk)
      room.join('Ada')
    },
    agent: () => answer,
  }),
  play: async (context) => {
    const { canvas } = context
    await userEvent.type(canvas.getByRole('textbox'), 'What does the wind do?{Enter}')
    await waitFor(() => expect(canvas.getByText('What does the wind do?')).toBeVisible())
    await waitFor(() => expect(canvas.getByText(answer)).toBeVisible(), { timeout: 10_000 })
    const stored = sceneOf(context).room.messages
    await expect(canvas.getAllByRole('article')).toHaveLength(stored.length)
  },
})

export const Empty = meta.story({
  parameters: inScene({ frozen: true }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('No messages yet. Say something to begin.')).toBeVisible()
  },
})

/** Everything at once: an answer grows, somebody types, and a message waits. */
export const Busy = meta.story({
  parameters: inScene({
    frozen: true,
    before(room) {
      room.history(talk.slice(0, 5))
      for (const name of ['Ada', 'Ben', 'Cleo']) room.join(name)
    },
    async setup({ room, server, session, pass }) {
      const stream = room.stream(answer)
      await pass(700)
      stream.pause()
      room.typing('Ada', true)
      server.ignoreNext('send')
      session.send('And on Sunday?')
      await pass(2000)
    },
  }),
  play: async ({ canvas }) => {
    const growing = canvas.getByText(/^The wind turns/)
    await expect(getComputedStyle(growing, '::after').content).toBe('""')
    await expect(canvas.getByText(/Ada is typing/)).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Stop answering' })).toBeVisible()
    await waitFor(() => expect(canvas.getByText('Sending')).toBeVisible())
  },
})

/** The line is lost in the middle of an answer: nobody claims that it still grows. */
export const Lost = meta.story({
  parameters: inScene({
    frozen: true,
    before: (room) => room.history(talk.slice(0, 5)),
    async setup({ room, server, pass }) {
      room.stream(answer)
      await pass(700)
      server.refuse(true)
      server.drop()
      await pass(8000)
    },
  }),
  play: async ({ canvas }) => {
    const words = canvas.getByText('Connection lost', { ignore: '[role=status]' })
    await expect(words).toBeVisible()
    const growing = canvas.getByText(/^The wind turns/)
    await expect(growing).toBeVisible()
    await expect(getComputedStyle(growing, '::after').content).toBe('none')
    await expect(canvas.queryByText('Thinking')).toBeNull()
    await expect(canvas.queryByRole('button', { name: 'Stop answering' })).toBeNull()
  },
})

export const Dark = Busy.extend({ globals: { theme: 'dark' } })

export const RightToLeft = Busy.extend({ globals: { direction: 'rtl' } })

/** On a phone. */
export const Narrow = Busy.extend({
  decorators: [
    (Story) => (
      <div style={{ inlineSize: '20rem', blockSize: '100%' }}>
        <Story />
      </div>
    ),
  ],
  play: async ({ canvasElement }) => {
    const chat = canvasElement.querySelector('.sk-chat')
    await expect(chat?.scrollWidth).toBe(chat?.clientWidth)
  },
})
