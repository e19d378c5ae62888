/** Samples of several servers, round by round, and what is said of them: medians and ratios. */

/** What one server did in one round, by name of the figure. */
export type Sample = Record<string, number>

/** Of each server, one sample a round. */
export type Samples = Map<string, Sample[]>

/** Measures each in turn, round by round, so that a busy minute of the machine hits all. */
export async function interleave<T extends { name: string }>(
  rounds: number,
  items: readonly T[],
  measure: (item: T, round: number) => Promise<Sample>,
): Promise<Samples> {
  const samples: Samples = new Map(items.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const item of rotate(items, round))
      samples.get(item.name)?.push(await measure(item, round))
  return samples
}

/** Measures all at once, round by round: for what waits more than it works. */
export async function sideBySide<T extends { name: string }>(
  rounds: number,
  items: readonly T[],
  measure: (item: T, round: number) => Promise<Sample>,
): Promise<Samples> {
  const samples: Samples = new Map(items.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++)
    await Promise.all(
      items.map(async (item) => samples.get(item.name)?.push(await measure(item, round))),
    )
  return samples
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** NaN of nothing, and of anything with a NaN in it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  if (sorted.some(Number.isNaN)) return Number.NaN
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The median of one figure of one server. */
export function typical(samples: Samples, name: string, figure: string): number {
  return median((samples.get(name) ?? []).map((sample) => sample[figure] ?? Number.NaN))
}

/** The median over the rounds of one server's figure divided by another's in the same round. */
export function ratio(samples: Samples, name: string, base: string, figure: string): number {
  const bases = samples.get(base) ?? []
  return median(
    (samples.get(name) ?? []).map(
      (sample, round) => (sample[figure] ?? Number.NaN) / (bases[round]?.[figure] ?? Number.NaN),
    ),
  )
}

/** Nobody is always the first, or always behind the same one. */
function rotate<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}
