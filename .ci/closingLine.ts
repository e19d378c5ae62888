/**
 * The last line of a test run: `N passed, N failed`.
 *
 * Strict on purpose: a test that was skipped, left as a todo, focused or tried again counts as
 * failed, and so does a file without tests and an error outside of any test. A run with failures
 * by that count exits with 1.
 */

import { inspect } from 'node:util'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0
    const failures: string[] = errors.map((error) => `outside of any test: ${inspect(error)}`)
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      if (tests.length === 0 || module.errors().length > 0)
        failures.push(`${module.relativeModuleId}: no tests, or an error outside of them`)
      for (const test of tests) {
        const offence = offenceOf(test)
        if (offence === undefined) passed += 1
        else failures.push(`${module.relativeModuleId} > ${test.fullName}: ${offence}`)
      }
    }
    if (modules.length === 0) failures.push('no test file was run')
    for (const failure of failures) console.log(`not passed: ${failure}`)
    console.log(`\n${passed} passed, ${failures.length} failed`)
    if (failures.length > 0) process.exitCode = 1
  }
}

function offenceOf(test: TestCase): string | undefined {
  const { state } = test.result()
  if (state !== 'passed') return test.options.mode === 'todo' ? 'todo' : state
  if (test.options.mode === 'only') return 'only'
  if ((test.diagnostic()?.retryCount ?? 0) > 0) return 'passed only when tried again'
  return undefined
}
