import { buildDemo } from '../scripts/buildDemo.ts'

/** Before any test starts a server: two first builds at once would be in each other's way. */
export default function buildPage(): Promise<void> {
  return buildDemo(() => {})
}
