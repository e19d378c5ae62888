/** The shop window: which stories and guides there are, and what they are built with. */

import { defineMain } from '@storybook/react-vite/node'
import react from '@vitejs/plugin-react'
import { propsPlugin } from './propsPlugin.ts'

export default defineMain({
  framework: { name: '@storybook/react-vite', options: { strictMode: true } },
  stories: [
    './guides/*.mdx',
    './stories/*.stories.tsx',
    { directory: '../ui-kit/src/react', files: '**/*.stories.tsx', titlePrefix: 'Components' },
    { directory: '../ui-kit/src/markdown', files: '*.stories.tsx', titlePrefix: 'Components' },
  ],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  features: { sidebarOnboardingChecklist: false },
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // One reader of props doesn't follow `Omit`, the other needs a compiler that TypeScript 7 isn't.
  typescript: { reactDocgen: false },
  viteFinal: (config) => ({
    ...config,
    plugins: [propsPlugin(), ...(config.plugins ?? []), react()],
  }),
})
