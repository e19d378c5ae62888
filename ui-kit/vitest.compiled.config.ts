import { mergeConfig } from 'vitest/config'
import { compileReact } from './scripts/compileReact.ts'
import browser from './vitest.browser.config.ts'

/** The same tests, with the kit and its users in the tests compiled by the React Compiler. */
export default mergeConfig(browser, {
  plugins: [
    {
      name: 'react-compiler',
      enforce: 'pre',
      transform: (code: string, id: string) => compileReact(code, id),
    },
  ],
  optimizeDeps: { include: ['react/compiler-runtime'] },
  test: { name: 'compiled', sequence: { groupOrder: 6 } },
})
