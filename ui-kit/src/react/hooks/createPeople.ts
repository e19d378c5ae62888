/**
 * Who is here, as people: several connections of one user are one person.
 *
 * A typing that is not renewed fades after 6 s, so a frame lost on the way leaves
 * nobody typing for ever.
 */

import type { AppTypes, PeerStateOf } from '../../session/AppTypes.ts'
import type { Session } from '../../session/Session.ts'
import { createWatch, type Watch } from './createWatch.ts'

/** A typing fades this long after its last frame, ms. */
export const TYPING_FADES_MS = 6_000

export interface Person<App extends AppTypes = AppTypes> {
  id: string
  name: string
  isYou: boolean
  isTyping: boolean
  /** presence state of the connection that joined last */
  state: PeerStateOf<App>
}

export type People = Watch<readonly Person[]>

/** What you say of yourself, you know. */
const NOTHING: Person['state'] = {}

export function createPeople(session: Session): People {
  const { clock, store } = session
  let people: readonly Person[] = []

  return createWatch(session, () => {
    const nowMs = clock.now()
    const { peers, you } = store.getState()
    const typing = peers.filter(
      ({ state, heardAtMs }) => state.typing === true && nowMs - heardAtMs < TYPING_FADES_MS,
    )
    const typers = new Set(typing.map(({ user }) => user.id))
    const byId = new Map<string, Person>()
    if (you) byId.set(you.user.id, { ...you.user, isYou: true, isTyping: false, state: NOTHING })
    for (const { user, state } of peers) {
      if (user.id === you?.user.id) continue
      byId.set(user.id, { ...user, isYou: false, isTyping: typers.has(user.id), state })
    }
    people = sameAs(people, [...byId.values()])
    const dueMs = Math.min(...typing.map(({ heardAtMs }) => heardAtMs + TYPING_FADES_MS))
    return { value: people, againInMs: dueMs < Infinity ? dueMs - nowMs : undefined }
  })
}

/** The list of before when nothing in it changed, so that nobody renders. */
function sameAs(before: readonly Person[], now: readonly Person[]): readonly Person[] {
  const isSame =
    before.length === now.length &&
    now.every((person, index) => {
      const other = before[index] as Person
      return (
        person.id === other.id &&
        person.name === other.name &&
        person.isYou === other.isYou &&
        person.isTyping === other.isTyping &&
        person.state === other.state
      )
    })
  return isSame ? before : now
}
