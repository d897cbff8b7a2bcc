// Is an event more frequent in one arm than in the others? An anytime-valid test of counts: it may be looked at after every request
// and stopped whenever one likes. Pure; knows nothing of metrics or arms.
//
// Given that an event happened, it is the subject's with the probability θ = n₁λ₁ / (n₁λ₁ + n₀λ₀), where n are the occasions
// (requests) of the subject and of the reference, and λ the events per occasion. Under the null hypothesis λ₁ ≤ r·λ₀ it is at most
// θ₀ = n₁r / (n₁r + n₀), whatever λ₀ is and however it changes with time. With k events, k₁ of them the subject's, the likelihood
// ratio against λ₁ = rρ·λ₀ is
//
//   ρ^k₁ · ((n₁r + n₀) / (n₁rρ + n₀))^k
//
// Its product over looks is a supermartingale under the null for ρ > 1 (for ρ < 1 under λ₁ ≥ r·λ₀), and so is a mixture over ρ:
// by Ville's inequality it ever reaches 1/α with a probability of at most α. The mixture holds small effects and large ones, so
// that each is found at nearly the speed of a test made for it; what that costs is the logarithm of its weight.
//
// Sources: M. Lindon, A. Malek, Anytime-valid inference for multinomial count data, NeurIPS 2022, arXiv 2011.03567 (sections 3.2
// and 3.3: conditional on the events, Bernoulli and Poisson processes that vary with time become a multinomial). M. Lindon,
// C. Sanden, V. Shirikian, Rapid regression detection in software deployments through sequential testing, KDD 2022, arXiv
// 2205.14762. Within one look the subject's count is hypergeometric where each occasion has at most one event; a convex function of
// it is at most what it is under the binomial (W. Hoeffding, JASA 58 (1963), theorem 4), so the test holds there too. Fractional
// events between 0 and 1 an occasion are allowed for the same reason.

import { logSumExp } from "./normal.ts"

/** ρ and its weight; weights sum to 1. All above 1, or all below. */
export type Alternatives = readonly { readonly ratio: number; readonly weight: number }[]

/** For "the subject has more": from a tenth more to a thousand times as much. Most weight is at ten times, which costs most. */
export const more: Alternatives = weighted([
  [1.1, 1],
  [1.25, 1.5],
  [1.5, 1.5],
  [2, 2],
  [3.5, 3],
  [8, 8],
  [20, 6],
  [100, 2],
  [1_000, 1],
])

/** For "the subject has less". */
export const less: Alternatives = weighted([
  [0.95, 1],
  [0.9, 2],
  [0.83, 4],
  [0.72, 4],
  [0.55, 3],
  [0.3, 2],
  [0.05, 1],
])

function weighted(pairs: readonly (readonly [ratio: number, weight: number])[]): Alternatives {
  const sum = pairs.reduce((total, [, weight]) => total + weight, 0)
  return pairs.map(([ratio, weight]) => ({ ratio, weight: weight / sum }))
}

/** The logarithm of the likelihood ratio for each alternative. */
export type ShareEvidence = readonly number[]

export interface ShareCounts {
  readonly events: number
  /** Requests or other occasions. */
  readonly total: number
}

export interface ShareLook {
  readonly subject: ShareCounts
  readonly reference: ShareCounts
  /** r: how much more frequent the subject's events may be under the null hypothesis; above 0. */
  readonly nullRatio: number
  /** How much more counts vary than those of independent events; evidence is divided by it (default 1). */
  readonly dispersion?: number
}

export const noEvidence = (alternatives: Alternatives): ShareEvidence => alternatives.map(() => 0)

/** The evidence after one more look. Counts are those since the look before; where an arm had no occasion nothing is learnt. */
export function addLook(evidence: ShareEvidence, look: ShareLook, alternatives: Alternatives): ShareEvidence {
  const { subject, reference, nullRatio, dispersion = 1 } = look
  const events = subject.events + reference.events
  if (events === 0 || subject.total <= 0 || reference.total <= 0) return evidence
  const under = subject.total * nullRatio
  return alternatives.map(({ ratio }, i) => {
    const log =
      subject.events * Math.log(ratio) -
      events * Math.log1p((under * (ratio - 1)) / (under + reference.total))
    return (evidence[i] ?? 0) + log / dispersion
  })
}

/** The logarithm of the e-value. */
export function logEvidence(evidence: ShareEvidence, alternatives: Alternatives): number {
  return logSumExp(alternatives.map(({ weight }, i) => Math.log(weight) + (evidence[i] ?? 0)))
}
