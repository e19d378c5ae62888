/**
 * A page for the clients to stand on, where Node has none: a window that tells of the network, a
 * document that is visible, and a WebSocket that notes when it is made.
 *
 * To be imported before any of them: some look for it at import.
 */

import { setMaxListeners } from 'node:events'

const window = new EventTarget()
const document = Object.assign(new EventTarget(), { hidden: false, visibilityState: 'visible' })
setMaxListeners(0, window, document)

const dials: { url: string; atMs: number }[] = []

class NotedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    dials.push({ url: `${url}`, atMs: performance.now() })
    super(url, protocols)
  }
}

Object.assign(globalThis, {
  WebSocket: NotedWebSocket,
  window: globalThis,
  document,
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
})

/** What a page is told when its reader opens the laptop again: shown, and online. */
export function comeBack(): void {
  // In a browser it bubbles from the document to the window.
  for (const target of [document, window]) target.dispatchEvent(new Event('visibilitychange'))
  window.dispatchEvent(new Event('online'))
}

/**
 * When sockets were made to this server, by `performance.now()`: the clients' own doing. When they
 * arrive says more about how many sockets one process opens in a second.
 */
export function dialsTo(url: string, sinceMs = 0): number[] {
  const { host } = new URL(url)
  return dials.flatMap((one) =>
    new URL(one.url).host === host && one.atMs >= sinceMs ? one.atMs : [],
  )
}
