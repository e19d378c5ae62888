/**
 * Who this browser is to the session: a ticket's bearer, or a guest with a kept secret.
 *
 * A guest's secret opens the session and makes a resend recognisable (W5); it is sent
 * to nobody but the server, in the URL. Knows no socket.
 */

import { isGuestSecret } from '../protocol/index.ts'
import type { Keep } from './keep.ts'
import { SessionError } from './Session.ts'
import { sessionAddress } from './sessionAddress.ts'
import { shortHash } from './shortHash.ts'

export interface IdentityOptions {
  /** where the api lives: `https://chat.example.com`, or on the page's own origin a path, '/live' or '' */
  url: string
  /** 1 to 64 of `A-Z a-z 0-9 _ -` */
  sessionId: string
  /**
   * A guest's name, 1 to 64 characters; a ticket brings its own. The server hears it on joining:
   * a function is asked once at every attempt, so that `reconnect()` tells a new one; an attempt
   * whose name can't be told has failed.
   */
  name?: string | (() => string) | undefined
  /**
   * A guest's secret, 16 to 64 of `A-Z a-z 0-9 _ -`; made and kept unless given. In React another
   * one is another session.
   */
  guest?: string | undefined
  /**
   * Asked anew at every attempt; with it nobody is a guest. Throw when there is no ticket now: what
   * you return is taken as one. Beside it `userId` tells users apart.
   */
  ticket?: (() => string | Promise<string>) | undefined
  /**
   * Who is signed in, as the page knows: the `sub` of the tickets. In React another `userId` is
   * another session; without it a session that somebody else left is taken over with its line,
   * and what is written offline is nobody's after a reload: shown to who comes, and held back.
   */
  userId?: string | undefined
}

export interface Identity {
  /**
   * Where the socket is.
   * @throws SessionError `forgotten`, once, when another tab wiped the secret: they logged out;
   *   `no_ticket`, when `ticket()` gives none; `no_name`, when `name()` throws or gives no text
   */
  url(): string | Promise<string>
  /**
   * Whose words those are that are written before the first welcome. A guest is known by the
   * secret; a ticket's bearer by nothing, so what they wrote is theirs only in this very page.
   * It begins with `g_`, as no account does.
   */
  ownerBefore(): string
  /** the name that was last asked for; '' for none */
  name(): string
  /**
   * The server knows them.
   * @returns `ownerBefore` of who it was told
   */
  welcomed(): string
  /** Wipe the secret, and become somebody new. */
  forget(): void
}

const GUEST = 'guest'
const ownerOf = (secret: string) => `g_:${shortHash(secret)}`

/** @throws SessionError `bad_session_id`, `bad_guest`, `no_origin` */
export function createIdentity(
  { url, sessionId, name = '', guest, ticket }: IdentityOptions,
  keep: Keep,
  createId: () => string,
): Identity {
  const address = sessionAddress({ url, sessionId, guest }).replace(/^http/, 'ws')
  const unknown = `g_?${createId()}`
  let given = guest
  let secret = given
  /** the storage had it when the server knew it: of two that were made at once one was overwritten */
  let isKept = false
  /** made here; where none is kept any more its guest has logged out in another tab */
  let isMade = false
  /** what the server was told */
  let dialled = ''

  let called = ''
  const keptSecret = () => (keep.has(GUEST) ? (keep.read(GUEST) ?? secret) : undefined)

  function ownSecret(): string {
    // Until the server knows it another tab may make one, or log out.
    if (!isKept && !(isMade && keep.has(GUEST))) secret = given ?? keptSecret()
    if (isGuestSecret(secret)) return secret
    secret = createId()
    isMade = true
    keep.write(GUEST, secret)
    return secret
  }

  function reset() {
    given = secret = undefined
    isKept = isMade = false
  }

  function urlWith(query: Record<string, string>): string {
    return `${address}/websocket?${new URLSearchParams(query)}`
  }

  /** Whatever it does, the next attempt asks again. */
  function askName() {
    try {
      called = (typeof name === 'function' ? name() : name).slice(0, 64)
    } catch (error) {
      throw new SessionError('no_name', `name() gave no text: ${error}`)
    }
  }

  /** Typed or not, what an app's own server answers may be anything. */
  function ticketUrl(text: unknown): string {
    if (text && typeof text === 'string') return urlWith({ ticket: text })
    const what = text === '' ? 'an empty text' : typeof text
    throw new SessionError('no_ticket', `ticket() gave ${what}, not the text of a ticket`)
  }

  return {
    url() {
      if (isKept && keptSecret() !== secret) {
        reset()
        const gone = new SessionError('forgotten', 'this guest was logged out in this browser')
        throw Object.assign(gone, { final: true })
      }
      askName()
      if (!ticket) {
        dialled = ownSecret()
        return urlWith({ guest: dialled, ...(called && { name: called }) })
      }
      const given = ticket()
      return typeof given === 'string' ? ticketUrl(given) : Promise.resolve(given).then(ticketUrl)
    },
    ownerBefore() {
      return ticket ? unknown : ownerOf(ownSecret())
    },
    name: () => called,
    welcomed() {
      if (ticket) return unknown
      // Another one may be kept by now.
      if (secret !== dialled) isMade = false
      secret = dialled
      isKept = given === undefined && keptSecret() === secret
      return ownerOf(secret)
    },
    forget() {
      keep.remove(GUEST)
      reset()
    },
  }
}
