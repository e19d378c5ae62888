/** One line of the log about what failed: for the operator, never for a client. Never throws. */
export function report(event: string, error: unknown, session?: string): void {
  console.error(JSON.stringify({ event, ...(session && { session }), ...tellingOf(error) }))
}

/** Anything may be thrown, even what can't be put into words. */
function tellingOf(error: unknown): { error: string; stack?: string } {
  try {
    const stack = error instanceof Error && error.stack
    return { error: String(error), ...(stack && { stack: String(stack) }) }
  } catch {
    return { error: 'something that has no words was thrown' }
  }
}
