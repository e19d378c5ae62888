import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { bundleSecondKit } from './scripts/bundleForTest.ts'
import { chromiumLaunchOptions } from './scripts/chromium.ts'
import { renderOnServer } from './scripts/serverCommands.ts'

/** react, markdown: what people see and touch, so a real browser. */
export default defineConfig({
  plugins: [
    {
      name: 'second-kit',
      resolveId: (id) => (id === 'virtual:second-kit' ? `\0${id}` : undefined),
      load: (id) => (id === '\0virtual:second-kit' ? bundleSecondKit() : undefined),
    },
  ],
  // Found on the way, a dependency would reload the page under a running test.
  optimizeDeps: {
    include: [
      '@tanstack/virtual-core',
      'axe-core',
      'marked',
      'react',
      'react-dom',
      'react-dom/client',
      'react-dom/server',
      'react/jsx-dev-runtime',
      'react/jsx-runtime',
      'vitest-browser-react',
      'vitest-browser-react/pure',
      'zustand/vanilla',
    ],
  },
  test: {
    name: 'browser',
    root: import.meta.dirname,
    include: ['src/**/*.test.tsx'],
    setupFiles: ['scripts/failOnWarnings.ts'],
    sequence: { groupOrder: 1 },
    browser: {
      enabled: true,
      headless: true,
      commands: { renderOnServer: renderOnServer('react') },
      screenshotFailures: false,
      viewport: { width: 900, height: 700 },
      provider: playwright({ launchOptions: await chromiumLaunchOptions() }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
