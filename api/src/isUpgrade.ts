/**
 * Whether a request asks for a session's socket: this method, this route, this header.
 * `path` is that from `/sessions/` on, where the app is mounted below another one.
 */
export function isUpgrade(request: Request, path = new URL(request.url).pathname): boolean {
  return (
    request.method === 'GET' &&
    request.headers.get('upgrade')?.toLowerCase() === 'websocket' &&
    /^\/sessions\/[^/]+\/websocket$/.test(path)
  )
}
