import { expect, fn, userEvent, waitFor } from 'storybook/test'
import { answer } from '../../../../.storybook/conversation.ts'
import { inScene, sceneOf } from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { Composer } from './Composer.tsx'

/** Somebody wrote it and didn’t send it yet. */
const written = (text: string) =>
  inScene({ agent: () => null, setup: ({ session }) => session.setDraft(text) })

const meta = preview.meta({
  component: Composer,
  parameters: inScene({ agent: () => null }),
  args: { onSubmit: fn() },
})

export const Empty = meta.story({
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('textbox', { name: 'Message' })).toHaveValue('')
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeDisabled()
  },
})

/** It grows with its text, up to a limit; what was not sent is there again after a reload. */
export const Draft = meta.story({
  parameters: written('Bring:\n– a whistle'),
  play: async ({ canvas }) => {
    const field = canvas.getByRole('textbox')
    const before = field.clientHeight
    await userEvent.type(field, '{Shift>}{Enter}{/Shift}– tea')
    await expect(field).toHaveValue('Bring:\n– a whistle\n– tea')
    await expect(field.clientHeight).toBeGreaterThan(before)
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeEnabled()
  },
})

export const Sent = meta.story({
  tags: ['!autodocs'],
  play: async (context) => {
    const { canvas } = context
    const field = canvas.getByRole('textbox')
    await userEvent.type(field, 'See you at eight{Enter}')
    await expect(field).toHaveValue('')
    await expect(field).toHaveFocus()
    await waitFor(() => expect(sceneOf(context).room.messages).toHaveLength(1))
  },
})

/** Nobody has to wait for the line: what is sent now is kept and leaves later. */
export const WhileOffline = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({
    agent: () => null,
    async setup({ cable, pass }) {
      cable(false)
      await pass(2000)
    },
  }),
  play: async (context) => {
    const { canvas } = context
    const { session } = sceneOf(context)
    await userEvent.type(canvas.getByRole('textbox'), 'Are you there?{Enter}')
    await expect(session.getMessages()).toMatchObject([{ delivery: 'queued' }])
  },
})

export const SentWhenBack = meta.story({
  tags: ['!autodocs'],
  parameters: WhileOffline.input.parameters,
  play: async (context) => {
    const { cable, room } = sceneOf(context)
    await userEvent.type(context.canvas.getByRole('textbox'), 'Are you there?{Enter}')
    cable(true)
    await waitFor(() => expect(room.messages).toHaveLength(1), { timeout: 5000 })
  },
})

/** While the agent works there is a button that stops it. */
export const AgentWorking = meta.story({
  parameters: inScene({
    setup: async ({ room, pass }) => {
      room.stream(answer, { tokensPerSecond: 5 })
      await pass(300)
    },
  }),
  play: async (context) => {
    const { canvas } = context
    await expect(canvas.getByRole('button', { name: 'Stop answering' })).toBeVisible()
  },
})

export const Stopped = meta.story({
  tags: ['!autodocs'],
  parameters: AgentWorking.input.parameters,
  play: async (context) => {
    const { canvas } = context
    await userEvent.click(canvas.getByRole('button', { name: 'Stop answering' }))
    await waitFor(() => expect(canvas.queryByRole('button', { name: 'Stop answering' })).toBeNull())
    await expect(sceneOf(context).room.messages.at(-1)?.state).toBe('cancelled')
    await expect(canvas.getByRole('textbox')).toHaveFocus()
  },
})

/** Too large for the session: told at once, and the text stays. */
export const Refused = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({ agent: () => null, limits: { frameBytes: 300, messageBytes: 200 } }),
  play: async ({ canvas }) => {
    const field = canvas.getByRole('textbox')
    const text = 'A story that is longer than what this session takes. '.repeat(6)
    await userEvent.click(field)
    await userEvent.paste(text)
    await userEvent.keyboard('{Enter}')
    await expect(await canvas.findByRole('alert')).toHaveTextContent(/^Not sent: /)
    await expect(field).toHaveValue(text)
  },
})

/** The session has ended and takes no more; the text stays to be copied. */
export const Ended = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({
    agent: () => null,
    async setup({ session, pass }) {
      session.close()
      await pass(100)
    },
  }),
  play: async ({ canvas }) => {
    const field = canvas.getByRole('textbox')
    await userEvent.type(field, 'Too late{Enter}')
    await expect(await canvas.findByRole('alert')).toHaveTextContent(/^Not sent: /)
    await expect(field).toHaveValue('Too late')
  },
})

export const RightToLeft = meta.story({
  globals: { direction: 'rtl' },
  parameters: written('שלום'),
  play: async ({ canvas }) => {
    const field = canvas.getByRole('textbox')
    await expect(field).toHaveValue('שלום')
    await expect(getComputedStyle(field).direction).toBe('rtl')
  },
})
