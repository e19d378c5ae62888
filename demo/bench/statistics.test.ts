import { expect, test } from 'vitest'
import { interleave, median, ratio, sideBySide, typical } from './statistics.ts'

test('the machine of one round is the measure of that round', async () => {
  const asked: string[] = []
  const samples = await interleave(3, [{ name: 'a' }, { name: 'b' }], async ({ name }, round) => {
    asked.push(name)
    return { ms: (name === 'a' ? 10 : 20) * (round + 1) }
  })
  expect(asked).toEqual(['a', 'b', 'b', 'a', 'a', 'b'])
  expect(ratio(samples, 'b', 'a', 'ms')).toBe(2)
  expect(typical(samples, 'a', 'ms')).toBe(20)
})

test('side by side one round waits for all, and the next for it', async () => {
  const ends: string[] = []
  const waits = [
    { name: 'slow', ms: 20 },
    { name: 'quick', ms: 1 },
  ]
  const samples = await sideBySide(2, waits, async ({ name, ms }, round) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    ends.push(`${name} ${round}`)
    return { ms }
  })
  expect(ends).toEqual(['quick 0', 'slow 0', 'quick 1', 'slow 1'])
  expect(typical(samples, 'slow', 'ms')).toBe(20)
})

test('what is not known makes nothing known', async () => {
  const samples = await interleave(1, [{ name: 'a' }], async () => ({ cpu: Number.NaN }))
  expect(typical(samples, 'a', 'cpu')).toBeNaN()
  expect(ratio(samples, 'a', 'b', 'cpu')).toBeNaN()
  expect(median([])).toBeNaN()
})
