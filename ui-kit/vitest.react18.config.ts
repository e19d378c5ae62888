import { mergeConfig } from 'vitest/config'
import { renderOnServer } from './scripts/serverCommands.ts'
import browser from './vitest.browser.config.ts'

/** The same tests on React 18, but for those that say they speak of what it doesn't have. */
export default mergeConfig(browser, {
  resolve: {
    alias: [
      { find: /^react(?=\/|$)/, replacement: 'react18' },
      { find: /^react-dom(?=\/|$)/, replacement: 'react-dom18' },
    ],
  },
  test: {
    name: 'react18',
    sequence: { groupOrder: 5 },
    exclude: ['**/*.react19.test.tsx'],
    browser: { commands: { renderOnServer: renderOnServer('react18') } },
  },
})
