/** Every hook and every part that stands in the wrong place says what, why and what to do. */

import type { ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import * as kit from '../../index.ts'
import { createEarlyDraft, createPending } from './pendingSession.ts'

const pendingSession = createPending({ sessionId: '' }, createEarlyDraft())

function Hook({ use }: { use: () => unknown }): ReactElement {
  use()
  return <i />
}

test.each<[string, () => unknown]>([
  ['useSession', kit.useSession],
  ['useSessionState', () => kit.useSessionState(kit.selectAgent)],
  ['useMessageKeys', kit.useMessageKeys],
  ['useMessage', () => kit.useMessage('key')],
  ['usePresence', kit.usePresence],
  ['useComposer', kit.useComposer],
  ['useBroadcast', () => kit.useBroadcast()],
])('%s without a provider names it and shows how to wrap', (_, use) => {
  expect(() => renderToString(<Hook use={use} />)).toThrow(
    expect.objectContaining({
      code: 'no_provider',
      message: expect.stringMatching(/provider, and there is none above it.*<SessionProvider/),
    }),
  )
})

const noop = () => {}
const message = { messageKey: 'key', previousKey: undefined }

test.each<[string, ReactElement, string]>([
  ['FeedViewport', <kit.FeedViewport key="" />, '<FeedRoot>'],
  ['FeedList', <kit.FeedList key="" />, '<FeedRoot>'],
  ['FeedJump', <kit.FeedJump key="" />, '<FeedRoot>'],
  ['FeedUnread', <kit.FeedUnread key="" {...message} />, '<FeedRoot>'],
  ['MessageHead', <kit.MessageHead key="" />, '<MessageRoot '],
  ['MessageBody', <kit.MessageBody key="" />, '<MessageRoot '],
  ['MessageEnd', <kit.MessageEnd key="" />, '<MessageRoot '],
  ['MessageDelivery', <kit.MessageDelivery key="" />, '<MessageRoot '],
  ['ComposerInput', <kit.ComposerInput key="" />, '<ComposerRoot>'],
  ['ComposerSend', <kit.ComposerSend key="" />, '<ComposerRoot>'],
  ['StatusIndicatorLabel', <kit.StatusIndicatorLabel key="" />, '<StatusIndicatorRoot>'],
])('%s outside of its root names it and shows how to wrap', (_, part, root) => {
  const onError = console.error
  console.error = noop
  try {
    expect(() =>
      renderToString(<kit.SessionProvider session={pendingSession}>{part}</kit.SessionProvider>),
    ).toThrow(
      expect.objectContaining({
        code: 'no_root',
        message: expect.stringMatching(`outside of its root. Wrap it: ${root}`),
      }),
    )
  } finally {
    console.error = onError
  }
})

test('a session that has not started refuses to send, and says when it starts', async () => {
  expect(() => pendingSession.send('hi')).toThrow(/not started yet: it starts after the first/)
  await expect(pendingSession.loadOlder()).rejects.toMatchObject({ code: 'not_started' })
})
