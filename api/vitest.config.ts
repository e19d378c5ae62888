import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
    steps: number
  }
}

/** Everything of the Worker runs in workerd, on real sockets and real SQLite. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: './test/worker.ts',
      miniflare: {
        compatibilityDate: '2026-10-01',
        bindings: { ALLOW_GUESTS: 'true', SESSION_SECRET: 'a secret for tests only' },
        durableObjects: {
          SESSIONS: { className: 'TestSessionDO', useSQLite: true },
          PLAIN: { className: 'SessionDO', useSQLite: true },
        },
      },
    }),
  ],
  test: {
    name: 'api',
    root: import.meta.dirname,
    // A busy machine shares its cores with the browser's tests.
    testTimeout: 30_000,
    include: ['{src,test}/**/*.test.ts'],
    // Each test has a session of its own, so one workerd does for all files.
    isolate: false,
    sequence: { groupOrder: 1 },
    setupFiles: ['./test/setup.ts'],
    // The same seed makes the same acts: SEED=… repeats a run that failed, STEPS=… makes it longer.
    // It stays what it is here, so that a red run is about what was changed and not about chance,
    // and a few hundred steps meet every kind of act. `test:release` takes a new one each time.
    provide: { seed: Number(process.env.SEED ?? 1), steps: Number(process.env.STEPS ?? 300) },
    globalSetup: ['./test/modelServer.ts'],
  },
})
