/** A static export: the Worker serves it as its assets, so there is one origin and one deploy. */

import type { NextConfig } from 'next'

const config: NextConfig = {
  output: 'export',
  // The workspace's packages are consumed as TypeScript source.
  transpilePackages: ['@session-kit/ui-kit'],
  // `tsc -b` checks the types of the whole workspace, this page's too.
  typescript: { ignoreBuildErrors: true },
}

export default config
