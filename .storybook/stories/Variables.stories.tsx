import { expect } from 'storybook/test'
import tokens from '../../ui-kit/src/styles/tokens.css?raw'
import preview from '../preview.tsx'
import { TokenTable } from '../TokenTable.tsx'

const meta = preview.meta({ title: 'Guides/Variables', component: TokenTable, tags: ['!autodocs'] })

/** Read from the style sheet; one that nobody explained is an error. */
export const All = meta.story({
  play: async ({ canvas }) => {
    for (const name of new Set(tokens.match(/--sk-[\w-]+(?=: )/g)))
      if (name !== '--sk-scheme') await expect(canvas.getByText(name)).toBeVisible()
  },
})
