import { Chat, createSession, SessionProvider } from '@session-kit/ui-kit'
import { assertNoGaps, createFakeServer, recordAnnouncements } from '@session-kit/ui-kit/testing'
import { expect, userEvent, waitFor } from 'storybook/test'
import preview from '../preview.tsx'

const meta = preview.meta({
  title: 'Guides/A story of your own',
  loaders: [
    () => {
      const server = createFakeServer({ agent: () => 'At eight, on the north pier.' })
      const session = createSession({
        url: 'https://chat.example.com',
        sessionId: 'harbour',
        WebSocket: server.WebSocket,
        storage: null,
      })
      return { server, session }
    },
  ],
  beforeEach: ({ loaded }) => loaded.session.close,
  render: (_args, { loaded }) => (
    <SessionProvider session={loaded.session}>
      <div style={{ blockSize: '24rem' }}>
        <Chat />
      </div>
    </SessionProvider>
  ),
})

export const CutInTheMiddle = meta.story({
  play: async ({ canvas, canvasElement, loaded: { server, session } }) => {
    const reader = recordAnnouncements(canvasElement)
    await userEvent.type(canvas.getByRole('textbox'), 'When does the ferry leave?{Enter}')
    await waitFor(() => expect(canvas.getByText(/^At/)).toBeVisible())
    server.drop()
    await waitFor(() => expect(canvas.getByText('At eight, on the north pier.')).toBeVisible(), {
      timeout: 10_000,
    })
    await expect(canvas.getAllByRole('article')).toHaveLength(2)
    const spoken = 'Agent: At eight, on the north pier.'
    await waitFor(() => expect(reader.heard).toContain(spoken), { timeout: 5_000 })
    assertNoGaps(session.getMessages(), server.session('harbour').messages)
  },
})
