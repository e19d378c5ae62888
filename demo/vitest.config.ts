import { defineConfig } from 'vitest/config'

/** The whole path on real runtimes: the start script, the Worker it serves, browsers. */
export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    environment: 'node',
    include: ['{app,bench,scripts,e2e}/**/*.test.ts'],
    testTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    // They wait more than they work, each on servers and storage of its own.
    maxWorkers: 2,
    globalSetup: ['./e2e/buildPage.ts'],
    sequence: { groupOrder: 2 },
  },
})
