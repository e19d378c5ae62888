'use client'
/** Who is here: people, yourself first; above the session's limit only their number. */

import type { ReactElement } from 'react'
import type { SessionState } from '../../session/Session.ts'
import type { Person } from '../hooks/createPeople.ts'
import { usePresence } from '../hooks/usePresence.ts'
import { useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { AuthorMark } from '../Part/AuthorMark.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'

export interface PresenceState {
  /** people where they are known by name, else connections */
  count: number
}

export interface PresenceListProps extends PartProps<'ul', PresenceState> {
  /** most people shown by a mark; the rest is a number. Default 5 */
  max?: number | undefined
}

const selectConnections = (state: SessionState) => state.connections
const selectIsListed = (state: SessionState) => state.peers.length > 0 || state.connections <= 1

/**
 * Who is here: one mark a person, however many devices they have, yourself first. Above the
 * session’s limit only their number.
 */
export function PresenceList({ max = 5, ...props }: PresenceListProps): ReactElement | null {
  const people = usePresence()
  const connections = useSessionState(selectConnections)
  const isListed = useSessionState(selectIsListed)
  const { strings } = useWords()
  if (connections === 0) return null
  const count = isListed ? people.length : connections
  const shown = isListed ? people.slice(0, people.length > max ? max - 1 : max) : []
  return renderPart<'ul', PresenceState>(
    'ul',
    'sk-presence',
    props,
    { count },
    {
      'aria-label': strings.people(count),
      children: (
        <>
          {shown.map((person) => (
            <PresencePerson key={person.id} person={person} />
          ))}
          {count > shown.length && (
            <li className="sk-presence-more">{strings.morePeople(count - shown.length)}</li>
          )}
        </>
      ),
    },
  )
}

function PresencePerson({ person: { id, name, isYou } }: { person: Person }): ReactElement {
  const { strings } = useWords()
  const label = isYou ? `${name} (${strings.you})` : name
  return (
    <li className="sk-presence-person" title={label}>
      <AuthorMark id={id} name={name} />
      <span className="sk-hidden">{label}</span>
    </li>
  )
}
