/**
 * Installs the peers for one run, in a folder of its own: with their icons and their services they
 * weigh a hundred megabytes, which is nothing for every clone.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const VERSIONS = {
  dependencies: {
    '@assistant-ui/react': '0.15.21',
    '@chatscope/chat-ui-kit-react': '2.1.1',
    '@chatscope/chat-ui-kit-styles': '1.4.0',
  },
  // What this version was made with: later ones ask for packages that were never published.
  overrides: { '@assistant-ui/core': '0.3.20', '@assistant-ui/store': '0.3.14' },
}

// React is the kit's own: peers of theirs stay out.
const OPTIONS = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']

export interface InstalledPeers {
  folder: string
  remove(): void
}

/** @throws Error with npm's words when it can't */
export function installPeers(): InstalledPeers {
  const folder = mkdtempSync(join(tmpdir(), 'session-kit-peers-'))
  const remove = () => rmSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...VERSIONS }))
  const npm = spawnSync('npm', ['install', '--prefix', folder, ...OPTIONS], { encoding: 'utf8' })
  if (npm.status !== 0) {
    remove()
    throw new Error(`bench ui: npm could not install the peers: ${npm.stderr ?? npm.error}`)
  }
  return { folder, remove }
}
