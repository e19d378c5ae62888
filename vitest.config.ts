import { defineConfig } from 'vitest/config'
import LongestFirst from './.ci/longestFirst.ts'

export default defineConfig({
  test: {
    // Each project says in its own file on which runtime it runs, and when (`groupOrder`): first those
    // that use one core at a time, in Node or workerd beside a browser; then the whole path; at last,
    // alone, what is about time.
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
    sequence: { sequencer: LongestFirst },
  },
})
