/** Whether a request asks for a session's socket: this method, this route, this header. */
export function isUpgrade(request: Request): boolean {
  return (
    request.method === 'GET' &&
    request.headers.get('upgrade')?.toLowerCase() === 'websocket' &&
    /^\/sessions\/[^/]+\/websocket$/.test(new URL(request.url).pathname)
  )
}
