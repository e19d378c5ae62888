import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { Markdown } from '../../markdown/index.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from './SessionProvider.tsx'

test('its strings hold the words of Markdown, too, which a text of its own replaces', async () => {
  const session = createSession(openBench().options)
  onTestFinished(() => session.close())
  const page = (strings?: { copy: string }) => (
    <SessionProvider session={session} strings={{ markdown: { copy: 'Kopieren' } }}>
      <Markdown text={'```\na\n```\n\n- [x] done'} strings={strings} />
    </SessionProvider>
  )
  const { container, rerender } = await render(page())
  const copy = () => container.querySelector('button')?.textContent
  expect(copy()).toBe('Kopieren')
  await rerender(page({ copy: 'Copy that' }))
  expect(copy()).toBe('Copy that')
  await rerender(<Markdown text={'```\na\n```'} />)
  expect(copy()).toBe('Copy code')
})
