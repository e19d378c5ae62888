/** What a browser test may ask of Node: a page as a server renders it. */

import { Module } from 'node:module'
import type { BrowserCommand } from 'vitest/node'
import { bundleServerPage } from './bundleForTest.ts'
import type { renderServerPage, ServerRender } from './renderServerPage.tsx'
import type { ServerPageProps } from './ServerPage.tsx'

declare module 'vitest/browser' {
  interface BrowserCommands {
    renderOnServer(props: ServerPageProps): Promise<ServerRender>
  }
}

export const renderOnServer =
  (react: 'react' | 'react18'): BrowserCommand<[ServerPageProps]> =>
  async (_, props) => {
    const file = new Module(`${import.meta.dirname}/${react}.cjs`) as Module & {
      _compile(code: string, path: string): void
    }
    file._compile(await bundleServerPage(react), file.id)
    const { renderServerPage: run } = file.exports as { renderServerPage: typeof renderServerPage }
    return run(props)
  }
