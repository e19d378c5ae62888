/**
 * Tells every listener; the mistake of one stays its own.
 *
 * It is reported as uncaught, so that it reaches whatever watches a page for errors.
 */

export function tell<A extends unknown[]>(
  listeners: Iterable<(...args: A) => void> = [],
  ...args: A
): void {
  for (const listener of [...listeners]) {
    try {
      listener(...args)
    } catch (error) {
      // Not in every runtime: Node has none.
      if (globalThis.reportError) globalThis.reportError(error)
      else console.error('session-kit: a listener threw', error)
    }
  }
}
