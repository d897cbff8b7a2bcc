// The normal distribution, and sums of exponentials that neither overflow nor vanish. Pure.

/** ln Σ exp(xᵢ); −∞ for none. */
export function logSumExp(values: readonly number[]): number {
  const most = Math.max(...values)
  if (!Number.isFinite(most)) return most
  let sum = 0
  for (const value of values) sum += Math.exp(value - most)
  return most + Math.log(sum)
}

/**
 * Φ(x), the probability of at most x; error below 7.5e-8. Source: M. Abramowitz, I. Stegun, Handbook of Mathematical Functions
 * (1964), formula 26.2.17.
 */
export function normalBelow(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x >= 0 ? 1 - tail : tail
}
