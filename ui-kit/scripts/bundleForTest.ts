/** The kit as one file, apart from the modules that a test already has. */

import { type BuildOptions, build } from 'esbuild'

const REACT = ['react', 'react-dom', 'react/*', 'react-dom/*']

/** A second copy of the kit, for a page that has one: only React and zustand are the same. */
export async function bundleSecondKit(): Promise<string> {
  return bundle({
    entryPoints: [`${import.meta.dirname}/../src/index.ts`],
    format: 'esm',
    external: [...REACT, 'zustand', 'zustand/*'],
  })
}

/** A page as a server's bundle, on the React of that name. */
export async function bundleServerPage(react: 'react' | 'react18'): Promise<string> {
  return bundle({
    entryPoints: [`${import.meta.dirname}/renderServerPage.tsx`],
    format: 'cjs',
    platform: 'node',
    alias: react === 'react' ? {} : { react: 'react18', 'react-dom': 'react-dom18' },
  })
}

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    // Where the names of an alias are looked for.
    absWorkingDir: `${import.meta.dirname}/..`,
    bundle: true,
    jsx: 'automatic',
    ...options,
    write: false,
  })
  const [file] = outputFiles
  if (!file) throw new Error('esbuild wrote nothing')
  return file.text
}
