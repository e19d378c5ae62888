/** A ref as a prop of a part, which function components have since React 19. */

import { createRef } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { ComposerInput } from '../Composer/ComposerParts.tsx'
import { ComposerRoot } from '../Composer/ComposerRoot.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { StatusIndicator } from '../StatusIndicator/StatusIndicator.tsx'

test('refs reach the element, beside those of the kit', async () => {
  const bench = openBench()
  const session = createSession(bench.options)
  const status = createRef<HTMLDivElement>()
  const input = createRef<HTMLTextAreaElement>()
  await render(
    <SessionProvider session={session}>
      <StatusIndicator ref={status} />
      <ComposerRoot>
        <ComposerInput ref={input} />
      </ComposerRoot>
    </SessionProvider>,
  )
  expect(status.current?.className).toBe('sk-status')
  expect(input.current?.tagName).toBe('TEXTAREA')
  session.close()
})
