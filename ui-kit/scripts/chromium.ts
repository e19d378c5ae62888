/**
 * The Chromium that tests run in, as launch options for Playwright.
 *
 * On Linux x64 it is the one inside an npm package, so a fresh install needs no
 * download and no system browser; elsewhere Playwright's own, or an installed Chrome.
 */

import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { chromium, type LaunchOptions } from 'playwright'

export async function chromiumLaunchOptions(): Promise<LaunchOptions> {
  if (process.platform === 'linux' && process.arch === 'x64')
    return {
      executablePath: await unpacked(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    }
  return existsSync(chromium.executablePath()) ? {} : { channel: 'chrome' }
}

/** Unpacked once beside its archive, so a new version brings a new binary. */
async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const binary = join(dirname(entry), '../bin/chromium')
  if (existsSync(binary)) return binary
  // The package's own unpacking writes in place, so a second process starts half a browser.
  const half = `${binary}.${process.pid}.${performance.now()}`
  await pipeline(
    createReadStream(`${binary}.br`),
    createBrotliDecompress(),
    createWriteStream(half, { mode: 0o755 }),
  )
  renameSync(half, binary)
  return binary
}
