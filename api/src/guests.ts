/**
 * Guests: people without a ticket, known again by a secret of their own.
 *
 * The secret is made and kept by the client; only its digest becomes the user id,
 * so nobody who sees the id can speak as that guest.
 */

import { isGuestSecret } from '@session-kit/ui-kit/protocol'
import { base64url } from './base64url.ts'
import { cleanName, type Identity } from './identity.ts'

/** undefined: the secret has not the form of one. Without a secret: a guest of its own. */
export async function readGuest(
  secret: string | null,
  name: string | null,
): Promise<Identity | undefined> {
  if (secret !== null && !isGuestSecret(secret)) return undefined
  const known = secret ?? crypto.randomUUID()
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(known))
  const id = base64url(new Uint8Array(digest)).slice(0, 22)
  const user = { id: `g_${id}`, name: cleanName(name) ?? 'Guest' }
  return { user, role: 'member', ...(secret === null && { anonymous: true }) }
}
