/** Renders the page on a server: bundled, then run by Node, which has no document. */

import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { renderToPipeableStream } from 'react-dom/server'
import { ServerPage, type ServerPageProps } from './ServerPage.tsx'

export interface ServerRender {
  html: string
  /** what the server told: errors of boundaries, and React's own warnings */
  errors: string[]
}

/** A stream that doesn't end by itself is cut after this, and the cut is among the errors. */
const CUT_MS = 5_000

export async function renderServerPage(props: ServerPageProps): Promise<ServerRender> {
  const errors: string[] = []
  const { error } = console
  console.error = (...words: unknown[]) => errors.push(words.join(' '))
  try {
    const body = new PassThrough()
    const stream = renderToPipeableStream(<ServerPage {...props} />, {
      onError: (problem) => void errors.push(String(problem)),
      onAllReady: () => stream.pipe(body),
    })
    const cut = setTimeout(() => stream.abort(new Error('the stream did not end')), CUT_MS)
    const html = await text(body)
    clearTimeout(cut)
    return { html, errors }
  } finally {
    console.error = error
  }
}
