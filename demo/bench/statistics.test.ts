import { expect, test } from 'vitest'
import { interleave, median, ratio, typical } from './statistics.ts'

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

test('what is not known makes nothing known', async () => {
  const samples = await interleave(1, [{ name: 'a' }], async () => ({ cpu: Number.NaN }))
  expect(typical(samples, 'a', 'cpu')).toBeNaN()
  expect(ratio(samples, 'a', 'b', 'cpu')).toBeNaN()
  expect(median([])).toBeNaN()
})
