/** The share of all moments that fall into the busiest stretch of a length; any stretch counts. */

export function busiestShare(momentsMs: readonly number[], stretchMs: number): number {
  const sorted = Float64Array.from(momentsMs).sort()
  let most = 0
  let first = 0
  sorted.forEach((atMs, n) => {
    while (atMs - (sorted[first] ?? atMs) >= stretchMs) first++
    most = Math.max(most, n - first + 1)
  })
  return most / sorted.length
}
