// Counts by bucket, and what can be read from them between the bounds: within a bucket, logarithms of values are taken to lie
// evenly. Pure. Counts have one more element than bounds: what lies above the last.

export interface Histogram {
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
}

export function countOf({ counts }: Histogram): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}

/** How many values lie above `at`, by interpolation; those above the last bound all do, however large `at` is. */
export function countAbove({ bounds, counts }: Histogram, at: number): number {
  let above = counts[bounds.length] ?? 0
  for (let i = bounds.length - 1; i >= 0; i -= 1) {
    const upper = bounds[i] ?? 0
    if (at >= upper) break
    above += (counts[i] ?? 0) * shareAbove(bounds[i - 1] ?? 0, upper, at)
  }
  return above
}

/** The share of a bucket that lies above `at`. The lowest bucket reaches down to 0 and is taken to lie evenly. */
function shareAbove(lower: number, upper: number, at: number): number {
  if (at <= lower) return 1
  if (lower <= 0) return (upper - at) / upper
  return Math.log(upper / at) / Math.log(upper / lower)
}

/** The value that the share `q` does not exceed; undefined when empty, the last bound where it lies above. */
export function quantileOf({ bounds, counts }: Histogram, q: number): number | undefined {
  const total = countOf({ bounds, counts })
  if (total === 0) return undefined
  let left = q * total
  for (let i = 0; i < bounds.length; i += 1) {
    const [count, lower, upper] = [counts[i] ?? 0, bounds[i - 1] ?? 0, bounds[i] ?? 0]
    if (count > 0 && left <= count) {
      const share = left / count
      return lower <= 0 ? upper * share : lower * (upper / lower) ** share
    }
    left -= count
  }
  return bounds.at(-1)
}

/** The sum of two of the same bounds; where the bounds differ, the newer one alone: another version counts otherwise. */
export function addHistograms(sum: Histogram | undefined, more: Histogram): Histogram {
  if (!sum || sum.bounds.length !== more.bounds.length) return more
  if (!sum.bounds.every((bound, i) => bound === more.bounds[i])) return more
  return { bounds: sum.bounds, counts: sum.counts.map((count, i) => count + (more.counts[i] ?? 0)) }
}
