/** How every story is shown and tested: its scene, theme, direction, and axe as a judge. */

import '@session-kit/ui-kit/styles.css'
import addonA11y from '@storybook/addon-a11y'
import addonDocs from '@storybook/addon-docs'
import { definePreview } from '@storybook/react-vite'
import { createScene, sceneOf } from './createScene.ts'
import { DocsFrame } from './DocsFrame.tsx'
import { DocsPage, docsOf } from './DocsPage.tsx'
import { Stage, type StageGlobals } from './Stage.tsx'
import '@fontsource-variable/vazirmatn'
import './looks/ledger.css'
import './looks/terminal.css'
import './looks/harbour.css'
import './preview.css'

/** A choice of the toolbar. */
const choice = (description: string, icon: string, items: Record<string, string>) => ({
  description,
  toolbar: {
    icon: icon as 'mirror',
    items: Object.entries(items).map(([value, title]) => ({ value, title })),
  },
})

const docs = {
  toc: { headingSelector: 'h2, h3' },
  container: DocsFrame,
  page: DocsPage,
  extractArgTypes: (component: object) => docsOf(component)?.argTypes ?? {},
}

export default definePreview({
  addons: [addonDocs(), addonA11y()],
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    controls: { expanded: true },
    docs,
    options: {
      storySort: {
        order: [
          'Guides',
          [
            'Start',
            'Pull the cable',
            'Hooks',
            'Theming',
            'Variables',
            'Looks',
            'Accessibility',
            'Resilience',
            'Testing',
            'A story of your own',
            'Performance',
            'Recipes',
            'Deploy',
            'Threats',
          ],
          'Components',
          ['Chat'],
        ],
      },
    },
  },
  globalTypes: {
    theme: choice('Colours', 'mirror', { system: 'Colours: system', light: 'Light', dark: 'Dark' }),
    look: choice('Look', 'paintbrush', {
      kit: 'Look: the kit’s own',
      ledger: 'Ledger',
      terminal: 'Terminal',
      harbour: 'Harbour',
    }),
    font: choice('Letters', 'paragraph', {
      look: 'Letters: of the look',
      shipped: 'Letters: shipped',
    }),
    contrast: choice('Contrast', 'contrast', {
      normal: 'Contrast: normal',
      more: 'Contrast: more',
    }),
    motion: choice('Motion', 'play', { full: 'Motion: full', reduced: 'Motion: none' }),
    locale: choice('Language', 'globe', { en: 'English', de: 'Deutsch', ar: 'العربية' }),
    direction: choice('Direction of writing', 'transfer', {
      auto: 'Direction: auto',
      ltr: 'Left to right',
      rtl: 'Right to left',
    }),
  },
  initialGlobals: {
    theme: 'system',
    look: 'kit',
    font: 'look',
    contrast: 'normal',
    motion: 'full',
    locale: 'en',
    direction: 'auto',
  },
  loaders: [async ({ parameters }) => ({ scene: await createScene(parameters.scene) })],
  beforeEach: (context) => () => sceneOf(context).close(),
  decorators: [
    (Story, context) => (
      <Stage
        scene={sceneOf(context)}
        globals={context.globals as StageGlobals}
        isWholePage={context.viewMode === 'story'}
      >
        <Story />
      </Stage>
    ),
  ],
})
