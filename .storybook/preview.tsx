/** How every story is shown and tested: its scene, theme, direction, and axe as a judge. */

import { SessionProvider } from '../ui-kit/src/react/hooks/SessionProvider.tsx'
import '@session-kit/ui-kit/styles.css'
import addonA11y from '@storybook/addon-a11y'
import addonDocs from '@storybook/addon-docs'
import { definePreview } from '@storybook/react-vite'
import { createScene, type Scene } from './createScene.ts'
import './preview.css'

export default definePreview({
  addons: [addonDocs(), addonA11y()],
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    controls: { expanded: true },
    docs: { toc: true },
    options: { storySort: { order: ['Guides', ['Start', 'Resilience', 'Testing'], 'Chat'] } },
  },
  globalTypes: {
    theme: {
      description: 'Colours',
      toolbar: {
        icon: 'mirror',
        items: [
          { value: 'system', title: 'Like the system' },
          { value: 'light', title: 'Light' },
          { value: 'dark', title: 'Dark' },
        ],
        dynamicTitle: true,
      },
    },
    direction: {
      description: 'Direction of writing',
      toolbar: {
        icon: 'transfer',
        items: [
          { value: 'ltr', title: 'Left to right' },
          { value: 'rtl', title: 'Right to left' },
        ],
        dynamicTitle: true,
      },
    },
  },
  initialGlobals: { theme: 'system', direction: 'ltr' },
  loaders: [async ({ parameters }) => ({ scene: await createScene(parameters.scene) })],
  beforeEach({ loaded }) {
    return () => (loaded.scene as Scene).close()
  },
  decorators: [
    (Story, { globals, loaded }) => {
      const { theme, direction } = globals as { theme: string; direction: string }
      const page = document.documentElement
      page.dir = direction
      if (theme === 'system') delete page.dataset.theme
      else page.dataset.theme = theme
      return (
        <SessionProvider session={(loaded.scene as Scene).session} locale="en-GB" timeZone="UTC">
          <Story />
        </SessionProvider>
      )
    },
  ],
})
