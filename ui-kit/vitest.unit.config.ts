import { defineConfig } from 'vitest/config'

/** protocol, socket, session, testing: no React, no DOM, so plain Node. */
export default defineConfig({
  test: {
    name: 'unit',
    root: import.meta.dirname,
    environment: 'node',
    // A busy machine shares its cores with the browser's tests.
    testTimeout: 30_000,
    include: ['{src,scripts,test,bench}/**/*.test.ts'],
    sequence: { groupOrder: 1 },
  },
})
