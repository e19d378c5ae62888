/**
 * Whether a request asks for a session's socket: this method, this route, this header.
 * `base` is where the app is mounted.
 */
export function isUpgrade(request: Request, base = ''): boolean {
  return (
    request.method === 'GET' &&
    request.headers.get('upgrade')?.toLowerCase() === 'websocket' &&
    /^\/sessions\/[^/]+\/websocket$/.test(new URL(request.url).pathname.slice(base.length))
  )
}
