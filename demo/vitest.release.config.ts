import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** `pnpm test:release`: what is too slow for every run. */
const slow = {
  name: 'release',
  root: import.meta.dirname,
  include: [
    'release/**/*.test.ts',
    'scripts/*.release.ts',
    '../api/real/*.release.ts',
    '../ui-kit/bench/*.release.ts',
  ],
  environment: 'node',
  fileParallelism: false,
  testTimeout: 600_000,
  hookTimeout: 600_000,
}

/** `pnpm test:release`: what is too slow for every run. */
export default defineConfig({
  test: {
    projects: [
      { test: slow },
      join(import.meta.dirname, '../ui-kit/vitest.react18.config.ts'),
      join(import.meta.dirname, '../ui-kit/vitest.compiled.config.ts'),
    ],
    reporters: ['default', join(import.meta.dirname, '../.ci/closingLine.ts')],
    passWithNoTests: false,
    allowOnly: false,
  },
})
