// The chance that the tests of counts would find an effect, from the occasions that the arms have had (or will have). Pure.
//
// The e-value is at least that of its best alternative times the weight of it, so it reaches the threshold T if, with k₁ and k₀
// events and c = ln((n₁rρ + n₀)/(n₁r + n₀)), k₁ ln ρ − (k₁ + k₀)c ≥ ln T − ln w. Counts are taken to be Poisson, k₀ at
// its mean where k₁ is small, and both as normal where they are large. Looking more than once finds effects more often than this:
// the figure is a lower bound. Own arithmetic, held against simulation by a test.

import type { Direction } from "./count-test.ts"
import { worseAlternatives } from "./count-test.ts"
import { normalBelow } from "./normal.ts"
import { logGamma } from "./sample-ratio.ts"

export interface CountPower {
  readonly subjectTotal: number
  readonly referenceTotal: number
  /** Events per occasion of the reference. */
  readonly rate: number
  readonly direction: Direction
  /** Subject's events per occasion over the reference's: under the null hypothesis, and in truth. */
  readonly nullRatio: number
  readonly trueRatio: number
  /** The logarithm of what the e-value must reach. */
  readonly logThreshold: number
  readonly dispersion: number
}

export function countPower(input: CountPower): number {
  const { subjectTotal, referenceTotal, rate, nullRatio, trueRatio, direction } = input
  if (subjectTotal <= 0 || referenceTotal <= 0 || rate <= 0) return 0
  let best = 0
  for (const { ratio, weight } of worseAlternatives(direction)) {
    const under = subjectTotal * nullRatio
    const cost = Math.log((under * ratio + referenceTotal) / (under + referenceTotal))
    const needed = (input.logThreshold - Math.log(weight)) * input.dispersion
    best = Math.max(best, reaches({ input, gain: Math.log(ratio) - cost, cost, needed }))
  }
  return best

  function reaches(at: { input: CountPower; gain: number; cost: number; needed: number }): number {
    const [subject, reference] = [subjectTotal * rate * trueRatio, referenceTotal * rate]
    const { gain, cost, needed } = at
    if (direction === "increase" && subject < 100) {
      if (gain <= 0) return 0
      return poissonAtLeast(
        Math.ceil((needed + cost * reference) / gain),
        subject / input.dispersion,
        input.dispersion,
      )
    }
    const mean = subject * gain - reference * cost
    const variance = (subject * gain * gain + reference * cost * cost) * input.dispersion
    return normalBelow((mean - needed) / Math.sqrt(variance))
  }
}

/** P(k ≥ least) where k/dispersion is Poisson. */
function poissonAtLeast(least: number, mean: number, dispersion: number): number {
  const from = Math.ceil(least / dispersion)
  let below = 0
  for (let k = 0; k < from; k += 1) below += Math.exp(k * Math.log(mean) - mean - logGamma(k + 1))
  return Math.max(0, 1 - below)
}

/** The smallest x in [from, to] where the growing `power` reaches 95 %, to one part in a thousand; undefined where it never does. */
export function smallestWith(
  power: (x: number) => number,
  range: { readonly from: number; readonly to: number },
): number | undefined {
  let [low, high] = [range.from, range.to]
  if (power(high) < POWER) return undefined
  for (let i = 0; i < 40 && high / low > 1.001; i += 1) {
    const middle = Math.sqrt(low * high)
    if (power(middle) >= POWER) high = middle
    else low = middle
  }
  return high
}

/** The chance of seeing the minimum effect that a pass needs. */
export const POWER = 0.95
