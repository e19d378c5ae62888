import { defineConfig } from 'vitest/config'

/** `pnpm test:release`: what is too slow for every run. */
export default defineConfig({
  test: {
    name: 'release',
    root: import.meta.dirname,
    include: ['release/**/*.test.ts', '../api/real/*.release.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['default', '../.ci/closingLine.ts'],
    passWithNoTests: false,
    allowOnly: false,
  },
})
