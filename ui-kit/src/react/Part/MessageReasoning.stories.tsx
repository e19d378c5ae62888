import { expect, userEvent } from 'storybook/test'
import preview from '../../../../.storybook/preview.tsx'
import { MessageReasoning } from './MessageReasoning.tsx'

const meta = preview.meta({ component: MessageReasoning })

const text =
  'They ask for Saturday. Low water is at 09:40, so the way is free from about eight until eleven.\n\nThe wind turns in the afternoon; that does not matter for the walk.'

export const Playground = meta.story({
  args: { part: { type: 'reasoning', text }, streaming: false },
})

export const Closed = meta.story({
  args: { part: { type: 'reasoning', text } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('33 words')).toBeVisible()
    await expect(canvas.getByText(/^They ask/)).not.toBeVisible()
    await userEvent.click(canvas.getByText('Reasoning'))
    await expect(canvas.getByText(/^They ask/)).toBeVisible()
    await userEvent.click(canvas.getByText('Reasoning'))
  },
})

export const Open = meta.story({ args: { ...Closed.input.args, open: true } })

/** Its length is told at its end. */
export const Streaming = meta.story({
  args: { ...Closed.input.args, streaming: true },
  play: async ({ canvas, canvasElement }) => {
    await expect(canvas.queryByText(/words/)).toBeNull()
    await expect(canvasElement.querySelector('.sk-dots')).toBeVisible()
  },
})
