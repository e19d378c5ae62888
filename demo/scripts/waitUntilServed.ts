/** Waits until a server answers its health check and serves its page. */

const TIMEOUT_MS = 60_000

export async function waitUntilServed(url: string): Promise<void> {
  const deadlineMs = performance.now() + TIMEOUT_MS
  while (performance.now() < deadlineMs) {
    if ((await isOk(`${url}/health`)) && (await isOk(`${url}/`))) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} didn't answer within ${TIMEOUT_MS / 1_000} s; see the messages above`)
}

async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
