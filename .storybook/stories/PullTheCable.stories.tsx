import { expect, userEvent, waitFor } from 'storybook/test'
import { answer, talk } from '../conversation.ts'
import { inScene, sceneOf } from '../createScene.ts'
import preview from '../preview.tsx'
import { BrokenLine } from './BrokenLine.tsx'

const meta = preview.meta({
  title: 'Guides/Pull the cable',
  component: BrokenLine,
  parameters: { layout: 'fullscreen' },
  args: {
    cable: true,
    halfOpen: false,
    latencyMs: 30,
    jitterMs: 30,
    duplicate: false,
    reorder: false,
    tokensPerSecond: 30,
  },
  argTypes: {
    scene: { table: { disable: true } },
    latencyMs: { control: { type: 'range', min: 0, max: 3000, step: 10 } },
    jitterMs: { control: { type: 'range', min: 0, max: 3000, step: 10 } },
    tokensPerSecond: { control: { type: 'range', min: 1, max: 200 } },
  },
  render: (faults, context) => <BrokenLine {...faults} scene={sceneOf(context)} />,
})

const online = inScene({
  before: (room) => room.history(talk.slice(0, 4)),
  agent: () => answer,
})

/** Use the controls, and try to lose a message. */
export const Playground = meta.story({
  parameters: online,
  play: async ({ canvas, argTypes }) => {
    for (const { description } of Object.values(argTypes)) await expect(description).toBeTruthy()
    await expect(await canvas.findByText('Connected', { ignore: '[role=status]' })).toBeVisible()
  },
})

/** The line goes in the middle of an answer; what is written meanwhile leaves when it is back. */
export const InTheMiddleOfAnAnswer = meta.story({
  tags: ['!autodocs'],
  parameters: online,
  args: { tokensPerSecond: 120, latencyMs: 10, jitterMs: 10 },
  play: async (context) => {
    const { canvas } = context
    const scene = sceneOf(context)
    const field = canvas.getByRole('textbox')
    await userEvent.type(field, 'What does the wind do?{Enter}')
    await waitFor(() => expect(canvas.getByText(/^The wind turns/)).toBeVisible())

    scene.cable(false)
    await userEvent.type(field, 'Are you still there?{Enter}')
    await waitFor(() => expect(canvas.getByText('Waiting to be sent')).toBeVisible())
    await waitFor(
      () => expect(canvas.getByText('Offline', { ignore: '[role=status]' })).toBeVisible(),
      { timeout: 5000 },
    )
    await expect(scene.room.messages.at(-1)?.role).toBe('assistant')

    scene.cable(true)
    const isWhole = () =>
      expect(scene.room.messages.map(({ role, state }) => `${role} ${state}`).slice(4)).toEqual([
        'user done',
        'assistant done',
        'user done',
        'assistant done',
      ])
    await waitFor(isWhole, { timeout: 10_000 })
    await waitFor(() => expect(canvas.getAllByText(answer)).toHaveLength(2), { timeout: 5000 })
    await expect(canvas.getAllByText('Are you still there?')).toHaveLength(1)
    await expect(canvas.getByText('Connected', { ignore: '[role=status]' })).toBeVisible()
  },
})

/** Lost, doubled and swapped frames: the feed ends as the server’s log, once and in order. */
export const BadLine = meta.story({
  tags: ['!autodocs'],
  parameters: online,
  args: { latencyMs: 20, jitterMs: 60, duplicate: true, reorder: true, tokensPerSecond: 150 },
  play: async (context) => {
    const { canvas } = context
    const { room, server, session } = sceneOf(context)
    await waitFor(() => expect(session.store.getState().connection.phase).toBe('live'))
    server.gap()
    for (const text of ['one', 'two', 'three']) session.send(text)
    const texts = () =>
      session.getMessages().map(({ parts }) => parts.map((part) => JSON.stringify(part)).join())
    const stored = () =>
      room.messages.map(({ parts }) => parts.map((part) => JSON.stringify(part)).join())
    await waitFor(() => expect(stored()).toHaveLength(10), { timeout: 15_000 })
    await waitFor(() => expect(room.messages.every(({ state }) => state === 'done')).toBe(true), {
      timeout: 15_000,
    })
    await waitFor(() => expect(texts()).toEqual(stored()), { timeout: 15_000 })
    await expect(canvas.getAllByRole('article')).toHaveLength(10)
    for (const kind of ['lost', 'duplicated', 'reordered'] as const)
      await expect(server.faults[kind]).toBeGreaterThan(0)
  },
})
