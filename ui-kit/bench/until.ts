/** Waits for something that other people's clients do, and have no promise for. */

/** @throws Error that says what did not come */
export async function until(isSo: () => boolean, what: string, withinMs = 60_000): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`bench: ${what} did not happen`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
