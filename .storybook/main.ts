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
  viteFinal: (config) => ({ ...config, plugins: [...(config.plugins ?? []), react()] }),
})
