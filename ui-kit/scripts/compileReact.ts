/** The React Compiler over one file of the kit, and what it had to say. */

import { transformSync } from '@babel/core'

export interface CompileEvent {
  kind: string
  fnName?: string | null
  detail?: { reason?: string; options?: { reason: string } }
}

const KIT = /\/ui-kit\/src\/(react|markdown)\/.*\.tsx?$/

/**
 * @returns undefined for a file that is not of React's rooms
 * @throws when the compiler leaves out a component or hook of the kit itself; tests may have such
 */
export function compileReact(
  code: string,
  path: string,
  onEvent: (event: CompileEvent) => void = () => {},
) {
  if (!KIT.test(path)) return
  const output = transformSync(code, {
    filename: path,
    babelrc: false,
    configFile: false,
    sourceMaps: true,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: [
      [
        'babel-plugin-react-compiler',
        {
          panicThreshold: path.includes('.test.') ? 'none' : 'all_errors',
          logger: { logEvent: (_: unknown, event: CompileEvent) => onEvent(event) },
        },
      ],
    ],
  })
  if (!output?.code) throw new Error(`the React Compiler made nothing of ${path}`)
  return { code: output.code, map: output.map }
}
