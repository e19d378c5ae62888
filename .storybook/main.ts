/** The shop window: which stories and guides there are, and what they are built with. */

import { defineMain } from '@storybook/react-vite/node'
import react from '@vitejs/plugin-react'

export default defineMain({
  framework: { name: '@storybook/react-vite', options: { strictMode: true } },
  stories: [
    './guides/*.mdx',
    './stories/*.stories.tsx',
    { directory: '../ui-kit/src/react', files: '**/*.stories.tsx', titlePrefix: 'Components' },
  ],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  features: { sidebarOnboardingChecklist: false },
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // The other reader of props needs the compiler's API, which TypeScript 7 doesn't have.
  typescript: { reactDocgen: 'react-docgen' },
  viteFinal: (config) => ({
    ...config,
    plugins: [...(config.plugins ?? []), react()],
    // Browsers that know light-dark(): rewritten for older ones, it is settled once for the page,
    // and a story could have no theme of its own.
    build: { ...config.build, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
  }),
})
