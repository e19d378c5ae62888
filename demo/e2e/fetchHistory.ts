import type { Message } from '@session-kit/ui-kit/protocol'

export interface StoredMessage extends Message {
  /** all its text and nothing else */
  text: string
}

/** The server's own word: every stored message of a session, page by page, ascending pos. */
export async function fetchHistory(origin: string, sessionId: string): Promise<StoredMessage[]> {
  const messages: Message[] = []
  for (let before: number | undefined; ; before = messages[0]?.pos) {
    const query = before === undefined ? '' : `&before=${before}`
    const response = await fetch(
      `${origin}/sessions/${sessionId}/do/messages?limit=100&guest=the-reader-of-history${query}`,
    )
    if (!response.ok) throw new Error(`history: ${response.status} ${await response.text()}`)
    const page = (await response.json()) as { messages: Message[]; hasOlder: boolean }
    messages.unshift(...page.messages)
    if (!page.hasOlder) break
  }
  return messages.map((message) => ({
    ...message,
    text: message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
  }))
}
