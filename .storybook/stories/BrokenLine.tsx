/** A chat whose network does as it is told. */

import { Chat } from '@session-kit/ui-kit'
import { type ReactElement, useEffect } from 'react'
import type { Scene } from '../createScene.ts'

export interface BrokenLineProps {
  /** given by the story */
  scene?: Scene
  /** The cable is in. Pull it, write something, and put it back. */
  cable: boolean
  /** The path is dead, and nobody says so. */
  halfOpen: boolean
  /** How long each frame takes, ms. */
  latencyMs: number
  /** How much longer, by chance, ms. */
  jitterMs: number
  /** Every live frame comes twice. */
  duplicate: boolean
  /** Neighbours change places. */
  reorder: boolean
  /** How fast the agent talks, tokens a second. */
  tokensPerSecond: number
}

/** A chat whose network you can break. */
export function BrokenLine(props: BrokenLineProps): ReactElement {
  const { scene, cable, halfOpen, latencyMs, jitterMs, duplicate, reorder, tokensPerSecond } = props
  useEffect(() => scene?.cable(cable), [scene, cable])
  useEffect(() => {
    scene?.server.halfOpen(halfOpen)
    scene?.server.latency({ ms: latencyMs, jitterMs })
    scene?.server.duplicate(duplicate)
    scene?.server.reorder(reorder)
    scene?.server.slowStream(tokensPerSecond)
  }, [scene, halfOpen, latencyMs, jitterMs, duplicate, reorder, tokensPerSecond])
  return (
    <div style={{ blockSize: 'min(40rem, 100vh)' }}>
      <Chat />
    </div>
  )
}
