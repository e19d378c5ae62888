/**
 * The order of test files on a fresh clone, where no run has told yet how long each takes: those
 * that take longest begin, so that none of them is left to run alone at the end.
 */

import { BaseSequencer, type TestSpecification } from 'vitest/node'

const LONGEST = ['e2e/proofs.test.ts', 'test/worlds.test.ts', 'src/Room.random.test.ts']

const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((file) => moduleId.endsWith(file))

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
