/**
 * `pnpm shots`: pictures of named screens, for people to look at when the look changes; `pnpm
 * shots look-` takes those whose names begin so.
 *
 * Each is a story of the built Storybook, with one shipped font and time that stands still, so
 * that two runs differ by what was changed. Writes to `.storybook/shots/`, which is not kept.
 */

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium } from 'playwright'
import { preview } from 'vite'
import { chromiumLaunchOptions } from '../ui-kit/scripts/chromium.ts'

interface Shot {
  story: string
  globals?: string
  page?: BrowserContextOptions
}

const DESKTOP = { width: 900, height: 860 }
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true }
const OWN = 'guides-looks--own'

const SHOTS: Record<string, Shot> = {
  'chat-light': { story: OWN },
  'chat-dark': { story: OWN, globals: 'theme:dark' },
  'chat-more-contrast': { story: OWN, globals: 'contrast:more' },
  'chat-more-contrast-dark': { story: OWN, globals: 'contrast:more;theme:dark' },
  'chat-forced-colours': { story: OWN, page: { forcedColors: 'active' } },
  'chat-phone': { story: OWN, page: PHONE },
  'chat-phone-dark': { story: OWN, globals: 'theme:dark', page: PHONE },
  'chat-320': { story: OWN, page: { viewport: { width: 320, height: 640 } } },
  'chat-arabic': { story: OWN, globals: 'locale:ar' },
  'chat-arabic-phone': { story: OWN, globals: 'locale:ar', page: PHONE },
  'chat-german': { story: OWN, globals: 'locale:de' },
  'chat-200-percent': { story: OWN, page: { viewport: { width: 450, height: 430 } } },
  'chat-busy': { story: 'components-chat--busy' },
  'chat-lost': { story: 'components-chat--lost' },
  'chat-empty': { story: 'components-chat--empty' },
  'look-ledger': { story: OWN, globals: 'look:ledger' },
  'look-ledger-dark': { story: OWN, globals: 'look:ledger;theme:dark' },
  'look-terminal': { story: OWN, globals: 'look:terminal' },
  'look-terminal-dark': { story: OWN, globals: 'look:terminal;theme:dark' },
  'look-harbour': { story: OWN, globals: 'look:harbour' },
  'look-harbour-dark': { story: OWN, globals: 'look:harbour;theme:dark' },
}

const here = import.meta.dirname
const outDir = join(here, 'shots')
const chosen = Object.entries(SHOTS).filter(([name]) => name.startsWith(process.argv[2] ?? ''))

const server = await preview({
  root: here,
  configFile: false,
  build: { outDir: 'dist' },
  preview: { host: '127.0.0.1', port: 0 },
})
const origin = server.resolvedUrls?.local[0]
const browser = await chromium.launch(await chromiumLaunchOptions())
try {
  await rm(outDir, { recursive: true, force: true })
  await mkdir(outDir)
  for (const [name, { story, globals = '', page: options }] of chosen) {
    const context = await browser.newContext({
      viewport: DESKTOP,
      colorScheme: 'light',
      ...options,
    })
    const page = await context.newPage()
    const all = ['font:shipped', 'motion:reduced', ...(globals ? [globals] : [])].join(';')
    await page.goto(`${origin}iframe.html?viewMode=story&id=${story}&globals=${all}`)
    await page.locator('.stage > *').first().waitFor()
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    await page.waitForFunction(() => document.body.classList.contains('sb-show-main'))
    await page.screenshot({ path: join(outDir, `${name}.png`), animations: 'disabled' })
    await context.close()
    console.log(name)
  }
  console.log(`\n${chosen.length} pictures in ${outDir}`)
} finally {
  await browser.close()
  await server.close()
}
