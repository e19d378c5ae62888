/** A worker: says tokens at their time, however busy the page is, each in a message of its own. */

export interface Pace {
  perSecond: number
  tokens: number
}

export interface Token {
  text: string
  /** ms since 1970, by this worker's clock */
  atMs: number
}

const WORDS = ['Live ', 'sessions ', 'keep ', 'every ', 'message ', 'once, ', 'in ', 'order. ']
const TICK_MS = 4

addEventListener('message', ({ data: { perSecond, tokens } }: MessageEvent<Pace>) => {
  const begunMs = performance.now()
  let said = 0
  const timer = setInterval(() => {
    const due = Math.min(tokens, Math.floor(((performance.now() - begunMs) / 1_000) * perSecond))
    for (; said < due; said++) {
      const text = WORDS[said % WORDS.length] ?? ''
      const token: Token = { text, atMs: performance.timeOrigin + performance.now() }
      postMessage(token)
    }
    if (said === tokens) clearInterval(timer)
  }, TICK_MS)
})
