import { chromium } from 'playwright'
import { chromiumLaunchOptions } from '../../ui-kit/scripts/chromium.ts'
import { startServer } from './startServer.ts'
import type { World } from './World.ts'

/** Starts the server as `pnpm start` does, on a free port with storage of its own, and a browser. */
export async function openWorld(): Promise<World & { close(): Promise<void> }> {
  const [server, browser] = await Promise.all([
    startServer(),
    chromium.launch(await chromiumLaunchOptions()),
  ])
  return {
    url: server.url,
    browser,
    async close() {
      await browser.close()
      await server.stop()
    },
  }
}
