import { expect, userEvent } from 'storybook/test'
import preview from '../../../../.storybook/preview.tsx'
import { MessageTool } from './MessageTool.tsx'

const meta = preview.meta({ component: MessageTool })

const input = { place: 'Juist', on: '2026-01-10' }
const output = { low: ['09:40', '21:58'], high: ['03:31', '15:49'], unit: 'CET' }
const tool = { type: 'tool', callId: '1', name: 'tide_table' } as const

export const Playground = meta.story({
  args: { part: { ...tool, state: 'done', input, output } },
})

export const Running = meta.story({
  args: { part: { ...tool, state: 'running', input } },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('running')).toBeVisible()
    await expect(canvas.getByText('Input')).not.toBeVisible()
  },
})

/** Its input is still being written. */
export const Preparing = meta.story({ args: { part: { ...tool, state: 'input' } } })

export const Done = meta.story({
  args: { part: { ...tool, state: 'done', input, output } },
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByText('tide_table'))
    await expect(canvas.getByText(/21:58/)).toBeVisible()
    await userEvent.click(canvas.getByText('tide_table'))
    await expect(canvas.getByText(/21:58/)).not.toBeVisible()
  },
})

export const Open = meta.story({ args: { ...Done.input.args, open: true } })

export const Failed = meta.story({
  args: {
    part: { ...tool, state: 'error', input, error: 'The harbour office does not answer.' },
    open: true,
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByText('failed')).toBeVisible()
    await expect(canvas.getByText('The harbour office does not answer.')).toBeVisible()
  },
})

/** An element, a class and a style of your own, by its state. */
export const Own = meta.story({
  tags: ['!autodocs'],
  args: {
    ...Done.input.args,
    className: ({ state }) => `is-${state}`,
    style: ({ state }) => ({ opacity: state === 'done' ? 0.9 : 1 }),
    render: (props, { state }) => (
      <details {...props}>
        <summary>My own, {state}</summary>
      </details>
    ),
  },
  play: async ({ canvas }) => {
    const mine = canvas.getByText('My own, done').parentElement
    await expect(mine).toHaveClass('sk-tool', 'is-done')
    await expect(mine).toHaveStyle({ opacity: '0.9' })
    await expect(mine).toHaveAttribute('data-state', 'done')
  },
})
