import { storybookTest } from '@storybook/addon-vitest/vitest-plugin'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumLaunchOptions } from '../ui-kit/scripts/chromium.ts'

/** Every story is a test: it renders, its `play` passes, axe finds nothing. */
export default defineConfig({
  plugins: [storybookTest({ configDir: import.meta.dirname })],
  // Found on the way, a dependency would reload the page under a running test.
  optimizeDeps: {
    include: [
      '@session-kit/ui-kit > @tanstack/virtual-core',
      '@storybook/addon-docs/blocks',
      'storybook/theming',
    ],
  },
  test: {
    name: 'storybook',
    root: `${import.meta.dirname}/..`,
    sequence: { groupOrder: 1 },
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
