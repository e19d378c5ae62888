import { defineConfig } from 'vitest/config'

/** What only a real process on real TCP can show: Node in front of bare workerd. */
export default defineConfig({
  test: {
    name: 'real',
    root: import.meta.dirname,
    environment: 'node',
    include: ['*.test.ts', '../bench/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['../test/modelServer.ts'],
    maxConcurrency: 20,
    fileParallelism: false,
    sequence: { groupOrder: 3 },
  },
})
