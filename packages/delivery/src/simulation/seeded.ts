// Chance that is the same in every run, for simulations: never for anything that must not be guessed.

import { seededRandom } from "@aviary/kit"

export interface Chance {
  /** 0 ≤ value < 1 */
  next(): number
  /** A Poisson number of this mean. */
  poisson(mean: number): number
  /** How many of `total` independent occasions of this probability. */
  binomial(total: number, probability: number): number
}

/** Means from here on are drawn from the normal distribution with the same mean and variance. */
const LARGE = 200

/** Counts by inversion (L. Devroye, Non-uniform random variate generation, 1986). */
export function seededChance(seed: number): Chance {
  const next = seededRandom(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  function poisson(mean: number): number {
    if (!(mean > 0)) return 0
    if (mean > LARGE) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    let term = Math.exp(-mean)
    let left = next() - term
    let count = 0
    while (left > 0 && count < 10 * LARGE) {
      count += 1
      term *= mean / count
      left -= term
    }
    return count
  }
  return {
    next,
    poisson,
    binomial(total, probability) {
      if (total <= 0 || probability <= 0) return 0
      if (probability >= 1) return total
      if (probability > 0.5) return total - this.binomial(total, 1 - probability)
      const mean = total * probability
      if (mean > LARGE) {
        const drawn = Math.round(mean + Math.sqrt(mean * (1 - probability)) * normal())
        return Math.min(total, Math.max(0, drawn))
      }
      let term = (1 - probability) ** total
      let left = next() - term
      let count = 0
      while (left > 0 && count < total) {
        count += 1
        term *= ((total - count + 1) / count) * (probability / (1 - probability))
        left -= term
      }
      return count
    },
  }
}
