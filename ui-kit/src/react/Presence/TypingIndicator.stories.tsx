import { expect, waitFor } from 'storybook/test'
import { answer } from '../../../../.storybook/conversation.ts'
import { inScene, sceneOf } from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { TypingIndicator } from './TypingIndicator.tsx'

const meta = preview.meta({ component: TypingIndicator })

const typing = (...names: string[]) =>
  inScene({
    frozen: true,
    async setup({ room, pass }) {
      for (const name of names) room.typing(name, true)
      await pass(100)
    },
  })

export const Playground = meta.story({ parameters: typing('Ada') })

/** Its place is kept free, so that nothing moves when somebody begins. */
export const Nobody = meta.story({
  parameters: inScene({ frozen: true }),
  play: async ({ canvasElement }) => {
    const place = canvasElement.querySelector('.sk-typing')
    await expect(place).toBeEmptyDOMElement()
    await expect(place?.clientHeight).toBeGreaterThan(10)
  },
})

export const One = meta.story({
  parameters: typing('Ada'),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Ada is typing')).toBeVisible()
  },
})

export const Two = meta.story({
  parameters: typing('Ada', 'Ben'),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Ada and Ben are typing')).toBeVisible()
  },
})

export const Many = meta.story({
  parameters: typing('Ada', 'Ben', 'Cleo'),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('3 people are typing')).toBeVisible()
  },
})

/** Six seconds after the last sign of life it is over, whether somebody said so or not. */
export const Fades = meta.story({
  tags: ['!autodocs'],
  parameters: typing('Ada'),
  play: async (context) => {
    const { canvas } = context
    const { pass } = sceneOf(context)
    await expect(canvas.getByText('Ada is typing')).toBeVisible()
    await pass(6500)
    await waitFor(() => expect(canvas.queryByText('Ada is typing')).toBeNull())
  },
})

export const AgentThinks = meta.story({
  parameters: inScene({
    frozen: true,
    async setup({ room, pass }) {
      room.status({ state: 'working', detail: 'Looking at the tide tables' })
      await pass(100)
    },
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Looking at the tide tables')).toBeVisible()
  },
})

/** An answer that grows shows by itself that the agent works. */
export const AgentAnswers = meta.story({
  parameters: inScene({
    frozen: true,
    async setup({ room, pass }) {
      room.stream(answer)
      await pass(500)
    },
  }),
  play: async ({ canvas }) => {
    await expect(canvas.queryByText('Thinking')).toBeNull()
  },
})
