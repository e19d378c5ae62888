/**
 * The mode in which objects end: a seed says around which frames, and at which place.
 *
 * Says in the end how often that was in earnest.
 */

import { createSeed } from '@session-kit/ui-kit/testing'
import { expect, inject } from 'vitest'
import { endAt, endings, PLACES, type Place, spare } from './Life.ts'

const SEED = inject('seed')
const random = createSeed(SEED)
const below = (n: number): number => Math.floor(random() * n)

/** Of two frames the object survives one; with `isBusy`, what was decided before still holds. */
export function endNear(session: string, frame: unknown, isBusy: boolean): void {
  const isSpared = below(2) === 0
  const skip = below(3)
  const chances = placesOf(frame).map((place) => ({
    place,
    count: hitsOf(place),
    chance: random(),
  }))
  chances.sort((a, b) => a.count - b.count || a.chance - b.chance)
  const place = chances[0]?.place
  if (isBusy) return
  spare(session)
  if (place && !isSpared) endAt(session, place, hasSteps(place) ? skip : 0)
}

const hitsOf = (place: Place): number => endings.get(place) ?? 0

const hasSteps = (place: Place): boolean => place !== 'queued' && place !== 'unsent'

function placesOf(frame: unknown): readonly Place[] {
  const { type, text } = { ...(frame as { type?: unknown; text?: unknown }) }
  if (type === 'hello') return ['catch-up']
  // Over HTTP nothing is queued.
  if (type === 'post') return ['transaction', 'unsent', 'stream']
  // Nothing of it is stored, and a client that comes back says it again. A cancel is not said again:
  // its turn ends with the object.
  if (type === 'page' || type === 'presence') return ['queued']
  if (type !== 'send' && type !== 'again') return []
  // What a test answers by hand it can't answer in another life.
  return String(text).startsWith('by hand')
    ? ['queued', 'transaction']
    : ['queued', 'transaction', 'unsent', 'stream']
}

/** Fails when objects ended less often in this file, at any of these places. */
export function checkEndings(atLeast: number, places: readonly Place[] = PLACES): void {
  console.log(`ends, seed ${SEED}: ${JSON.stringify(Object.fromEntries(endings))}`)
  for (const place of places) expect(hitsOf(place), place).toBeGreaterThanOrEqual(atLeast)
}
