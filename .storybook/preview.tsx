/** How every story is shown and tested: its scene, theme, direction, and axe as a judge. */

import '@session-kit/ui-kit/styles.css'
import addonA11y from '@storybook/addon-a11y'
import addonDocs from '@storybook/addon-docs'
import { definePreview } from '@storybook/react-vite'
import { createScene, sceneOf } from './createScene.ts'
import { DocsPage } from './DocsPage.tsx'
import { Stage } from './Stage.tsx'
import { theme } from './theme.ts'
import './preview.css'

export default definePreview({
  addons: [addonDocs(), addonA11y()],
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    controls: { expanded: true },
    docs: { toc: true, theme, page: DocsPage },
    options: {
      storySort: {
        order: [
          'Guides',
          ['Start', 'Pull the cable', 'Resilience', 'Testing'],
          'Components',
          ['Chat'],
        ],
      },
    },
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
  beforeEach: (context) => () => sceneOf(context).close(),
  decorators: [
    (Story, context) => (
      <Stage
        scene={sceneOf(context)}
        theme={context.globals.theme}
        direction={context.globals.direction}
        isWholePage={context.viewMode === 'story'}
      >
        <Story />
      </Stage>
    ),
  ],
})
