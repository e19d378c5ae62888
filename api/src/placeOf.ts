/** The session that a URL speaks of, wherever the app is mounted. */
export interface Place {
  /** as it stands in the URL, and not yet known to be one */
  id: string
  /** the path from `/sessions/` on, as the session reads it */
  path: string
}

/** The routes below an id. */
const ROUTE = /^(?:.*?)(\/sessions\/([^/]*)(?:\/websocket|\/do\/.*)?)$/
/** Any other path has its id where it comes first. */
const OTHER = /^(?:.*?)(\/sessions\/([^/]*)\/.*)$/

/** undefined: the path has no place for an id. */
export function placeOf(url: string): Place | undefined {
  const { pathname } = new URL(url)
  const [, path = '', id = ''] = ROUTE.exec(pathname) ?? OTHER.exec(pathname) ?? []
  return path === '' || path === '/sessions/' ? undefined : { id, path }
}
