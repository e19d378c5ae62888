/**
 * Which pages may talk to this Worker.
 *
 * A request without an Origin comes from no page. With no list only the Worker's own
 * origin may, and, where the Worker itself is asked on loopback, any loopback origin: that
 * is development.
 */
export function isAllowedOrigin(
  origin: string,
  requestUrl: string,
  allowed: readonly string[] | undefined,
): boolean {
  if (allowed) return allowed.includes('*') || allowed.includes(origin)
  const own = new URL(requestUrl)
  if (origin === own.origin) return true
  return isLoopback(own.hostname) && URL.canParse(origin) && isLoopback(new URL(origin).hostname)
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(hostname)
