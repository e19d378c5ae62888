/**
 * Which addresses a text may lead to. The rule: what has a scheme must have an allowed one; what
 * has none stays on this page's origin or names another host. What was checked is what is
 * returned, so nothing can differ between check and use.
 */

const allowedSchemes = new Set(['http', 'https', 'mailto'])

// biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them from an address
const invisible = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/g

/** The address to use, or undefined for one that must not become a link or an image. */
export function safeUrl(address: string): string | undefined {
  const url = address.replace(invisible, '').trim()
  const head = url.split(/[/?#\\]/, 1)[0] ?? ''
  const colon = head.indexOf(':')
  if (colon === -1) return url === '' ? undefined : url
  return allowedSchemes.has(head.slice(0, colon).toLowerCase()) ? url : undefined
}

/** Names a host of its own; browsers read a backslash there as a slash. */
export function isForeignUrl(url: string): boolean {
  return /^(?:https?:|[/\\]{2})/i.test(url)
}
