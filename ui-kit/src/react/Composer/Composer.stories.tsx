import { expect, fn, userEvent, waitFor } from 'storybook/test'
import { answer } from '../../../../.storybook/conversation.ts'
import { inScene, sceneOf } from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { attachmentsOf, type Upload } from '../hooks/createAttachments.ts'
import { Composer } from './Composer.tsx'
import { ComposerAttach, ComposerFiles } from './ComposerFiles.tsx'
import {
  ComposerHint,
  ComposerInput,
  ComposerLabel,
  ComposerLimit,
  ComposerRefusal,
  ComposerSend,
  ComposerStop,
} from './ComposerParts.tsx'
import { ComposerRoot } from './ComposerRoot.tsx'

/** Somebody wrote it and didn’t send it yet. */
const written = (text: string) =>
  inScene({ agent: () => null, setup: ({ session }) => session.setDraft(text) })

const meta = preview.meta({
  component: Composer,
  parameters: {
    ...inScene({ agent: () => null }),
    parts: {
      ComposerRoot,
      ComposerRefusal,
      ComposerFiles,
      ComposerLabel,
      ComposerAttach,
      ComposerInput,
      ComposerStop,
      ComposerSend,
      ComposerLimit,
      ComposerHint,
    },
  },
  args: { onSubmit: fn() },
})

/** Write, and send by the key that is chosen below; what is sent goes to nobody. */
export const Playground = meta.story({
  args: { submitOn: 'enter' },
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/Enter/)).toBeInTheDocument()
  },
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

const stored = async (file: File) => ({ url: `https://files.example.com/${file.name}` })
const forever = () => new Promise<never>(() => {})

const seen = new WeakSet<File>()
/** Fails for each file once. */
async function atSecondTry(file: File) {
  if (seen.has(file)) return stored(file)
  seen.add(file)
  throw new Error('not now')
}

const newFiles = () => [
  new File(['%'.repeat(84_000)], 'Tide tables.pdf', { type: 'application/pdf' }),
  new File(['x'.repeat(1_900_000)], 'causeway at low water.jpg', { type: 'image/jpeg' }),
  new File(['a,b'], 'gauge.csv', { type: 'text/csv' }),
]

/** As somebody pastes them. */
async function pasteFiles(field: HTMLElement, pasted: File[]): Promise<void> {
  const clipboard = new DataTransfer()
  for (const file of pasted) clipboard.items.add(file)
  await userEvent.click(field)
  await userEvent.paste(clipboard)
}

/** One is there, one is on its way, and one fails. */
const upload: Upload = async (file, { onProgress }) => {
  if (file.name.endsWith('.csv')) throw new Error('too many commas')
  if (file.name.endsWith('.pdf')) return stored(file)
  onProgress(0.6)
  return forever()
}

/**
 * With `upload` it takes files: chosen, pasted or dropped. The application brings each one
 * somewhere; what is ready, on its way or failed can be seen, and nothing is sent before all is
 * there.
 */
export const Files = meta.story({
  args: { upload },
  parameters: inScene({
    agent: () => null,
    setup: ({ session }) => attachmentsOf(session).add(newFiles(), upload),
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('PDF · 84 kB')).toBeVisible()
    await expect(canvas.getByRole('progressbar')).toHaveAttribute('value', '0.6')
    await expect(await canvas.findByText('Upload failed')).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeDisabled()
    await expect(canvas.getByRole('button', { name: 'Attach files' })).toBeEnabled()
  },
})

export const FilesSent = meta.story({
  tags: ['!autodocs'],
  args: { upload: stored },
  play: async (context) => {
    const { canvas } = context
    const field = canvas.getByRole('textbox')
    await pasteFiles(field, newFiles().slice(0, 2))
    await expect(await canvas.findByText('PDF · 84 kB')).toBeVisible()
    await userEvent.keyboard('Both at once{Enter}')
    await waitFor(() => expect(sceneOf(context).room.messages).toHaveLength(1))
    const [message] = sceneOf(context).room.messages
    await expect(message?.parts).toMatchObject([
      { type: 'text', text: 'Both at once' },
      { type: 'file', name: 'Tide tables.pdf', mediaType: 'application/pdf', size: 84_000 },
      { type: 'file', url: 'https://files.example.com/causeway at low water.jpg' },
    ])
    await expect(canvas.queryByRole('list')).toBeNull()
  },
})

/** By keyboard alone: what failed is tried again, what isn’t wanted goes. */
export const FilesByKeyboard = meta.story({
  tags: ['!autodocs'],
  args: { upload: atSecondTry },
  play: async ({ canvas }) => {
    const field = canvas.getByRole('textbox')
    await pasteFiles(field, newFiles().slice(0, 2))
    const again = await canvas.findByRole('button', { name: 'Retry: Tide tables.pdf' })
    again.focus()
    await userEvent.keyboard('{Enter}')
    await expect(await canvas.findByText('PDF · 84 kB')).toBeVisible()
    await expect(field).toHaveFocus()
    await userEvent.tab({ shift: true })
    await userEvent.tab({ shift: true })
    await expect(
      canvas.getByRole('button', { name: 'Remove causeway at low water.jpg' }),
    ).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect(canvas.getAllByRole('listitem')).toHaveLength(1)
    await expect(field).toHaveFocus()
  },
})

/** Near the limit of the session it says how much still fits. */
export const NearlyFull = meta.story({
  parameters: inScene({
    agent: () => null,
    limits: { messageBytes: 200 },
    setup: ({ session }) => session.setDraft('Low water is at 09:40. '.repeat(8)),
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('16 characters left')).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeEnabled()
  },
})

/** Over it, nothing is cut off, and nothing is sent. */
export const TooLong = meta.story({
  parameters: inScene({
    agent: () => null,
    limits: { messageBytes: 200 },
    setup: ({ session }) => session.setDraft('Low water is at 09:40. '.repeat(9)),
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('7 characters too many')).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Send' })).toBeDisabled()
  },
})

export const Shortened = meta.story({
  tags: ['!autodocs'],
  parameters: TooLong.input.parameters,
  play: async (context) => {
    const { canvas } = context
    await userEvent.click(canvas.getByRole('textbox'))
    await userEvent.keyboard('{Control>}{End}{/Control}{Enter}')
    await expect(await canvas.findByRole('alert')).toHaveTextContent('this message is too long')
    await userEvent.keyboard('{Backspace>7/}')
    await expect(canvas.getByText('0 characters left')).toBeVisible()
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(sceneOf(context).room.messages).toHaveLength(1))
  },
})

export const RightToLeft = meta.story({
  globals: { direction: 'rtl' },
  parameters: written('שלום'),
  play: async ({ canvas }) => {
    const field = canvas.getByRole('textbox')
    await waitFor(() => expect(field).toHaveValue('שלום'))
    await expect(getComputedStyle(field).direction).toBe('rtl')
  },
})
