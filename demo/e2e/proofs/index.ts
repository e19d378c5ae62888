/** The seven claims of the README, in its order; tests and `pnpm prove` perform them from here. */

import type { Proof } from '../World.ts'
import { anyJsonComesBack } from './anyJsonComesBack.ts'
import { asleepWithOpenSockets } from './asleepWithOpenSockets.ts'
import { badInput } from './badInput.ts'
import { everybodySeesItGrow } from './everybodySeesItGrow.ts'
import { evictedBeforeEveryFrame } from './evictedBeforeEveryFrame.ts'
import { killedInTheMiddle } from './killedInTheMiddle.ts'
import { reloadWithUnsent } from './reloadWithUnsent.ts'
import { threeClientsOnABadLine } from './threeClientsOnABadLine.ts'

export const proofs: [claim: string, proof: Proof][] = [
  ['1 any JSON comes back', anyJsonComesBack],
  ['2 everybody sees the answer grow', everybodySeesItGrow],
  ['3a asleep with open sockets', asleepWithOpenSockets],
  ['3b evicted before every frame', evictedBeforeEveryFrame],
  ['4 killed in the middle of an answer', killedInTheMiddle],
  ['5 three clients on a bad line', threeClientsOnABadLine],
  ['6 a reload with an unsent message', reloadWithUnsent],
  ['7 bad input', badInput],
]
