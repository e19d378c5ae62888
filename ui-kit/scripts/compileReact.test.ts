/** The React Compiler reads the kit: nothing that it has to leave out, and a rule broken is seen. */

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CompileEvent, compileReact } from './compileReact.ts'

const kit = join(import.meta.dirname, '..')
const files = globSync('src/{react,markdown}/**/*.{ts,tsx}', { cwd: kit }).filter(
  (path) => !/\.(test|stories)\./.test(path),
)

test('every hook and component of the kit is compiled, none is left out', () => {
  const compiled: string[] = []
  const leftOut: string[] = []
  for (const path of files) {
    const hear = ({ kind, fnName, detail }: CompileEvent) => {
      if (kind === 'CompileSuccess') compiled.push(fnName ?? path)
      else leftOut.push(`${path}: ${detail?.options?.reason ?? detail?.reason ?? kind}`)
    }
    try {
      compileReact(readFileSync(join(kit, path), 'utf8'), join(kit, path), hear)
    } catch {
      // Told by its event.
    }
  }
  expect(leftOut).toEqual([])
  expect(compiled).toEqual(
    expect.arrayContaining(['useSessionSocket', 'useSessionState', 'useMessage', 'FeedList']),
  )
  expect(compiled.length).toBeGreaterThan(75)
}, 60_000)

test('the users of the hooks in the tests are compiled, too', () => {
  const users: string[] = []
  for (const path of globSync('src/react/hooks/*.test.tsx', { cwd: kit }))
    compileReact(readFileSync(join(kit, path), 'utf8'), join(kit, path), ({ kind, fnName }) => {
      if (kind === 'CompileSuccess') users.push(fnName ?? path)
    })
  expect(users).toEqual(expect.arrayContaining(['Status', 'Feed', 'Waiting', 'Page']))
}, 60_000)

test('a hook that breaks a rule of React fails the build', () => {
  const broken = 'export function useBroken() { const r = useRef(0); return r.current }'
  const code = `import { useRef } from 'react'\n${broken}`
  expect(() => compileReact(code, join(kit, 'src/react/hooks/useBroken.ts'))).toThrow(
    'Cannot access refs during render',
  )
})

test('what it makes remembers: the code asks the compiler’s runtime for a cache', () => {
  const path = join(kit, 'src/react/hooks/useSessionSocket.ts')
  expect(compileReact(readFileSync(path, 'utf8'), path)?.code).toMatch(
    /import \{ c as \w+ \} from ["']react\/compiler-runtime["']/,
  )
})
