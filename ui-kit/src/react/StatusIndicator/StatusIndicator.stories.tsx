import { expect, userEvent, waitFor } from 'storybook/test'
import { inScene, type Scene, sceneOf } from '../../../../.storybook/createScene.ts'
import preview from '../../../../.storybook/preview.tsx'
import { StatusIndicator } from './StatusIndicator.tsx'
import {
  StatusIndicatorCountdown,
  StatusIndicatorIcon,
  StatusIndicatorLabel,
  StatusIndicatorRetry,
  StatusIndicatorRoot,
} from './StatusParts.tsx'

const meta = preview.meta({
  component: StatusIndicator,
  parameters: {
    parts: {
      StatusIndicatorRoot,
      StatusIndicatorIcon,
      StatusIndicatorLabel,
      StatusIndicatorCountdown,
      StatusIndicatorRetry,
    },
  },
})

/** The line is cut, and nobody answers for so long. */
async function downFor(ms: number, { server, pass }: Scene): Promise<void> {
  server.refuse(true)
  server.drop()
  await pass(ms)
}

/** The line is down, and nobody answers: the seconds go by, and the button tries at once. */
export const Playground = meta.story({
  parameters: inScene({ shown: (scene) => downFor(4000, scene) }),
})

export const Connecting = meta.story({
  parameters: inScene({ frozen: true, before: (_room, server) => server.halfOpen(true) }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Connecting')).toBeVisible()
    await expect(canvas.queryByRole('button')).toBeNull()
  },
})

export const Live = meta.story({
  parameters: inScene({ frozen: true }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Connected')).toBeVisible()
  },
})

/** Cut for 1 s: the line is down already, and the reader is left in peace. */
export const Blip = meta.story({
  parameters: inScene({ frozen: true, shown: (scene) => downFor(1000, scene) }),
  play: async (context) => {
    const { canvas } = context
    const { clock, session } = sceneOf(context)
    const phase = () => session.store.getState().connection.phase
    await waitFor(() => expect([clock.now(), phase()]).toEqual([1000, 'waiting']))
    await expect(canvas.getByText('Connected')).toBeVisible()
  },
})

export const Reconnecting = meta.story({
  parameters: inScene({ frozen: true, shown: (scene) => downFor(3000, scene) }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Reconnecting')).toBeVisible()
    await expect(canvas.queryByRole('button')).toBeNull()
  },
})

export const Lost = meta.story({
  parameters: inScene({ frozen: true, shown: (scene) => downFor(8000, scene) }),
  play: async ({ canvas }) => {
    const words = await canvas.findByText('Connection lost', { ignore: '[role=status]' })
    await expect(words).toBeVisible()
    await expect(canvas.getByText(/next try in \d+ s/)).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Try now' })).toBeEnabled()
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('Connection lost'))
  },
})

/** The button makes an attempt at once; the focus is kept when it goes away. */
export const TryNow = meta.story({
  tags: ['!autodocs'],
  parameters: inScene({ shown: (scene) => downFor(8000, scene) }),
  play: async (context) => {
    const { canvas } = context
    const button = await canvas.findByRole('button', { name: 'Try now' })
    sceneOf(context).server.refuse(false)
    await userEvent.click(button)
    await waitFor(() =>
      expect(canvas.getByText('Connected', { ignore: '[role=status]' })).toBeVisible(),
    )
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('Connected'))
    await expect(document.activeElement).toHaveClass('sk-status')
  },
})

/** The browser says that there is no network; an attempt follows when it is back. */
export const Offline = meta.story({
  parameters: inScene({
    frozen: true,
    async setup({ cable, pass }) {
      cable(false)
      await pass(2000)
    },
  }),
  play: async ({ canvas }) => {
    await expect(canvas.getByText('Offline', { ignore: '[role=status]' })).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Try now' })).toBeEnabled()
  },
})

/** A final close code: no attempt follows, and the reason is told. */
export const Ended = meta.story({
  parameters: inScene({
    frozen: true,
    async setup({ room, pass }) {
      room.delete()
      await pass(100)
    },
  }),
  play: async ({ canvas }) => {
    const words = 'Disconnected: this conversation was deleted'
    await expect(canvas.getByText(words, { ignore: '[role=status]' })).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Try now' })).toBeEnabled()
  },
})
