/** A message put together by hand: what names and tells it, and the language it is written in. */

import { type ReactNode, useState } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { configure } from 'vitest-browser-react/pure'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { FeedList } from './FeedList.tsx'
import { FeedRoot } from './FeedRoot.tsx'
import { FeedViewport } from './FeedViewport.tsx'
import { MessageBody } from './MessageBody.tsx'
import { MessageFeed } from './MessageFeed.tsx'
import { MessageAuthor, MessageHead } from './MessageHead.tsx'
import { MessageRoot } from './MessageRoot.tsx'
import type { PartRenderers } from './PartRenderers.ts'

async function open(feed: ReactNode, meta?: Record<string, unknown>) {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  session.send({ parts: [{ type: 'text', text: 'Moin' }], ...(meta && { meta }) })
  const screen = await render(<SessionProvider session={session}>{feed}</SessionProvider>)
  await bench.pass(100)
  return { ...bench, session, screen }
}

const shownAs = (row: ReactNode, onRender?: () => void) => (
  <FeedRoot>
    <FeedViewport>
      <FeedList>
        {({ messageKey }) => (
          <li>
            <MessageRoot
              messageKey={messageKey}
              className={() => {
                onRender?.()
                return undefined
              }}
            >
              {row}
            </MessageRoot>
          </li>
        )}
      </FeedList>
    </FeedViewport>
  </FeedRoot>
)

function read(container: Element) {
  const article = container.querySelector('article') as HTMLElement
  const words = (attribute: string) => {
    const id = article.getAttribute(attribute)
    return id === null ? null : document.getElementById(id)?.textContent
  }
  return [words('aria-labelledby'), words('aria-describedby')]
}

test('head and body name and tell the message, whatever ids they are given', async () => {
  const { screen } = await open(
    shownAs(
      <>
        <MessageHead id="theirs">Robin, today</MessageHead>
        <MessageBody id="mine" />
      </>,
    ),
  )
  expect(read(screen.container)).toEqual(['Robin, today', 'Moin'])
})

test('a message without a head points to none', async () => {
  const { screen } = await open(shownAs(<MessageAuthor />))
  expect(read(screen.container)).toEqual([null, null])
})

function Folding() {
  const [isOpen, setOpen] = useState(true)
  return (
    <>
      <MessageHead>Robin, today</MessageHead>
      {isOpen && <MessageBody />}
      <button type="button" onClick={() => setOpen((is) => !is)}>
        Fold
      </button>
    </>
  )
}

test('a body that goes and comes back is pointed to while it is there', async () => {
  const { screen } = await open(shownAs(<Folding />))
  const fold = screen.getByRole('button', { name: 'Fold' })
  expect(read(screen.container)).toEqual(['Robin, today', 'Moin'])
  await fold.click()
  expect(read(screen.container)).toEqual(['Robin, today', null])
  await fold.click()
  expect(read(screen.container)).toEqual(['Robin, today', 'Moin'])
})

test('where ids are the kit’s own they cost no second render', async () => {
  // Its second mount renders more of both.
  configure({ reactStrictMode: false })
  onTestFinished(() => configure({ reactStrictMode: true }))
  const count = async (row: ReactNode) => {
    let renders = 0
    const { screen } = await open(
      shownAs(row, () => {
        renders += 1
      }),
    )
    await screen.unmount()
    return renders
  }
  const plain = await count(
    <>
      <MessageHead />
      <MessageBody />
    </>,
  )
  const odd = await count(
    <>
      <MessageHead id="theirs" />
      <MessageBody />
    </>,
  )
  expect(odd).toBe(plain + 1)
})

const langOf = (container: Element) =>
  container.querySelector('.sk-message-body')?.getAttribute('lang')

test('[WCAG 3.1.2] the body says the language that `meta.lang` tells', async () => {
  const { screen } = await open(<MessageFeed />, { lang: 'nds-DE' })
  expect(langOf(screen.container)).toBe('nds-DE')
  expect(screen.container.querySelector('article')?.getAttribute('lang')).toBe(null)
})

test.each(['', 'Plattdüütsch', 'de"><b>', 7, ['de']])(
  '[WCAG 3.1.2] %j is no language and says nothing',
  async (lang) => {
    const { screen } = await open(<MessageFeed />, { lang })
    expect(langOf(screen.container)).toBe(null)
  },
)

test('[WCAG 3.1.2] an edit may tell another language', async () => {
  const { screen, room, pass } = await open(<MessageFeed />, { lang: 'de' })
  const [message] = room.messages
  room.edit(message?.id ?? '', [{ type: 'text', text: 'Goedendag' }], { lang: 'nl' })
  await pass(50)
  expect(langOf(screen.container)).toBe('nl')
})

const renderers: PartRenderers = {
  text: ({ part }) => (
    <p lang="nl" className="renderer">
      {part.text}
    </p>
  ),
}

test('[WCAG 3.1.2] a renderer may know better, part by part', async () => {
  const { screen } = await open(<MessageFeed renderers={renderers} />, { lang: 'de' })
  expect(langOf(screen.container)).toBe('de')
  expect(screen.container.querySelector('.renderer')?.matches(':lang(nl)')).toBe(true)
})
