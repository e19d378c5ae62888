import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumLaunchOptions } from './scripts/chromium.ts'

/** react, markdown: what people see and touch, so a real browser. */
export default defineConfig({
  // Found on the way, a dependency would reload the page under a running test.
  optimizeDeps: {
    include: [
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
    sequence: { groupOrder: 2 },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 900, height: 700 },
      provider: playwright({ launchOptions: await chromiumLaunchOptions() }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
