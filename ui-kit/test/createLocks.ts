/** The locks of one browser, as its pages see them: `navigator.locks`, exclusive, first come first served. */

import type { TabLocks } from '@session-kit/ui-kit/session'

interface Request {
  page: object
  grant(): void
}

export interface Locks {
  of(page: object): TabLocks
  isHeldBy(page: object): boolean
  /** The page is gone: nothing of it is held or asked for any more. */
  letGo(page: object): void
  /** of the locks that are held */
  names(): string[]
  /** locks that are held or waited for */
  readonly count: number
}

export function createLocks(): Locks {
  const queues = new Map<string, Request[]>()

  function leave(name: string, request: Request) {
    const queue = queues.get(name) ?? []
    const place = queue.indexOf(request)
    if (place < 0) return
    queue.splice(place, 1)
    if (queue.length === 0) queues.delete(name)
    // The next one holds it now.
    else if (place === 0) queue[0]?.grant()
  }

  return {
    of: (page) => ({
      request(name, { signal }, held) {
        return new Promise((resolve, reject) => {
          const queue = queues.get(name) ?? []
          queues.set(name, queue)
          const abort = () => {
            leave(name, request)
            reject(signal.reason)
          }
          const request: Request = {
            page,
            async grant() {
              // A task of its own, as in a browser; until then it can be called off.
              await undefined
              signal.removeEventListener('abort', abort)
              if (!queues.get(name)?.includes(request)) return
              try {
                resolve(await held())
              } catch (error) {
                reject(error)
              } finally {
                leave(name, request)
              }
            },
          }
          if (signal.aborted) return reject(signal.reason)
          signal.addEventListener('abort', abort)
          if (queue.push(request) === 1) request.grant()
        })
      },
    }),
    isHeldBy: (page) => [...queues.values()].some(([first]) => first?.page === page),
    letGo(page) {
      for (const [name, queue] of [...queues])
        for (const request of [...queue]) if (request.page === page) leave(name, request)
    },
    names: () => [...queues.keys()],
    get count() {
      return [...queues.values()].reduce((sum, queue) => sum + queue.length, 0)
    },
  }
}
