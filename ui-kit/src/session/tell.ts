/** Tells every listener; the mistake of one is reported, and stays its own. */

export function tell<A extends unknown[]>(
  listeners: Iterable<(...args: A) => void> = [],
  ...args: A
): void {
  for (const listener of [...listeners]) {
    try {
      listener(...args)
    } catch (error) {
      console.error('session-kit: a listener threw', error)
    }
  }
}
