import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Each project says in its own file on which runtime it runs.
    projects: [
      './ui-kit/vitest.unit.config.ts',
      './ui-kit/vitest.browser.config.ts',
      './api/vitest.config.ts',
      './api/real/vitest.config.ts',
      './.storybook/vitest.config.ts',
      './demo/vitest.config.ts',
    ],
    reporters: ['default', './.ci/closingLine.ts'],
    passWithNoTests: false,
    allowOnly: false,
  },
})
