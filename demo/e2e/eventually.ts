/**
 * Reads until the check holds, and throws the check's own error when it still doesn't after a while.
 *
 * A generous limit, not a measurement: a proof that waits in vain has failed.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  check: (value: T) => void,
  timeoutMs = 30_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await read()
    try {
      check(value)
      return value
    } catch (error) {
      if (performance.now() > endMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
