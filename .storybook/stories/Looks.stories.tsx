import { Chat, type PartRenderers } from '@session-kit/ui-kit'
import { Markdown } from '@session-kit/ui-kit/markdown'
import { expect } from 'storybook/test'
import { showcase } from '../conversation.ts'
import { inScene } from '../createScene.ts'
import preview from '../preview.tsx'

const renderers: PartRenderers = {
  text: ({ part, streaming }) => <Markdown text={part.text} streaming={streaming} />,
}

const meta = preview.meta({
  title: 'Guides/Looks',
  component: Chat,
  parameters: {
    layout: 'fullscreen',
    ...inScene({
      frozen: true,
      before(room) {
        room.history(showcase)
        for (const name of ['Ada', 'Ben', 'Cleo']) room.join(name)
      },
      async setup({ room, pass }) {
        room.typing('Ada', true)
        await pass(100)
      },
    }),
  },
  args: { renderers },
  decorators: [
    (Story) => (
      <div className="whole" style={{ blockSize: 'min(52rem, 100vh)' }}>
        <Story />
      </div>
    ),
  ],
  play: async ({ canvas }) => {
    await expect(canvas.getAllByRole('article')).toHaveLength(showcase.length)
  },
})

/** What you get without a line of CSS. */
export const Own = meta.story({
  name: 'The kit’s own',
  play: async ({ canvasElement }) => {
    const stage = canvasElement.querySelector('.stage') as Element
    canvasElement.classList.add('docs-story')
    const { paddingTop, fontFamily } = getComputedStyle(stage)
    canvasElement.classList.remove('docs-story')
    await expect(paddingTop).toBe('0px')
    await expect(fontFamily).not.toMatch(/Times/)
  },
})
export const OwnDark = meta.story({ name: 'The kit’s own, dark', globals: { theme: 'dark' } })

/** A printed page: serifs, hairlines, no bubbles. */
export const LedgerLight = meta.story({
  name: 'Ledger',
  globals: { look: 'ledger', theme: 'light' },
})
export const LedgerDark = meta.story({
  name: 'Ledger, dark',
  globals: { look: 'ledger', theme: 'dark' },
})

/** One width for every letter, close lines, a prompt before what people say. */
export const TerminalLight = meta.story({
  name: 'Terminal',
  globals: { look: 'terminal', theme: 'light' },
})
export const TerminalDark = meta.story({
  name: 'Terminal, dark',
  globals: { look: 'terminal', theme: 'dark' },
})

/** A messenger: strong colour, round shapes, both sides in bubbles. */
export const HarbourLight = meta.story({
  name: 'Harbour',
  globals: { look: 'harbour', theme: 'light' },
})
export const HarbourDark = meta.story({
  name: 'Harbour, dark',
  globals: { look: 'harbour', theme: 'dark' },
})

/** The bubbles of both sides have an edge. */
export const HarbourMoreContrast = meta.story({
  name: 'Harbour, more contrast',
  globals: { look: 'harbour', theme: 'light', contrast: 'more' },
  play: async ({ canvasElement }) => {
    const bodies = [...canvasElement.querySelectorAll('.sk-message-body:not(:empty)')]
    const edges = bodies.map((body) => getComputedStyle(body))
    await expect(bodies.length).toBeGreaterThan(2)
    for (const { borderTopWidth, borderTopColor } of edges) {
      await expect(borderTopWidth).toBe('1px')
      await expect(borderTopColor).not.toBe('rgba(0, 0, 0, 0)')
    }
  },
})

/** For readers who ask for more contrast; with the kit’s own look. */
export const MoreContrast = meta.story({
  name: 'More contrast',
  globals: { contrast: 'more', theme: 'light' },
  play: async ({ canvasElement }) => {
    const around = getComputedStyle(canvasElement.querySelector('.stage') as Element)
    for (const name of ['--sk-border', '--sk-muted', '--sk-outline'])
      await expect(around.getPropertyValue(name)).toBe(around.getPropertyValue('--sk-fg'))
  },
})

/** Arabic words, from right to left. */
export const Arabic = meta.story({ globals: { locale: 'ar' } })

/** German words. */
export const German = meta.story({ globals: { locale: 'de' } })
