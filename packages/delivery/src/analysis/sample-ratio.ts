// Do visitors come to the arms in the proportion that was asked for? If not, the split is broken and whatever is compared between
// the arms means nothing. An anytime-valid multinomial test. Pure, JSON.
//
// With counts k over arms of expected shares ρ, the Dirichlet mixture of multinomial likelihoods with parameters a = cρ gives
//
//   B = Γ(c)/Γ(c + n) · Π Γ(aᵢ + kᵢ)/Γ(aᵢ) / Π ρᵢ^kᵢ
//
// a martingale under the null hypothesis that each visitor comes to arm i with probability ρᵢ. It reaches 1/α with a probability of
// at most α, however often one looks. When the weights change, what was found before is kept and a new mixture begins.
//
// Source: M. Lindon, A. Malek, Anytime-valid inference for multinomial count data, NeurIPS 2022, arXiv 2011.03567, section 2.2
// (sample-ratio mismatch in section 4). It counts visitors: requests of one visitor are not independent, and where only requests
// are known the logarithm is divided by a dispersion. Of many visitors a sample is known, in which each is with the same probability
// 2⁻ˡ; for each l the sample is a sequence of its own, so the l-th is given 1/((l + 1)(l + 2)) of α, which together is no more than α.

/** c of the prior: alternatives within a few parts in a hundred of what was asked for are the likely ones. */
const CONCENTRATION = 1_000
/** Requests that one visitor makes, roughly, where visitors are not counted. */
export const REQUESTS_PER_VISITOR = 10

export interface SampleRatio {
  /** Visitors (or requests) by arm, since the weights last changed. */
  readonly counts: Readonly<Record<string, number>>
  /** Shares that sum to 1. */
  readonly expected: Readonly<Record<string, number>>
  /** The logarithm of B before the weights changed; 0 for the first. */
  readonly before: number
}

/** The logarithm of B. @param dispersion visitors are independent (1); requests are not (`REQUESTS_PER_VISITOR`) */
export function sampleRatioEvidence({ counts, expected, before }: SampleRatio, dispersion = 1): number {
  let n = 0
  let log = 0
  for (const [arm, share] of Object.entries(expected)) {
    const k = counts[arm] ?? 0
    n += k
    log += logGamma(CONCENTRATION * share + k) - logGamma(CONCENTRATION * share) - k * Math.log(share)
  }
  return (before + log + logGamma(CONCENTRATION) - logGamma(CONCENTRATION + n)) / dispersion
}

/**
 * What the logarithm of B must reach in a sample of one in `oneIn`, so that a division that is as asked for is found broken with a
 * probability of at most α, over all samples and looks.
 */
export function sampleRatioThreshold(alpha: number, oneIn: number): number {
  const level = Math.log2(oneIn)
  return Math.log(((level + 1) * (level + 2)) / alpha)
}

/**
 * ln Γ(x) for x > 0; relative error below 1e-12 from 1 on. Stirling's series after raising x above 10: Abramowitz and Stegun 6.1.41.
 */
export function logGamma(x: number): number {
  let shift = 0
  let at = x
  while (at < 10) {
    shift += Math.log(at)
    at += 1
  }
  const square = 1 / (at * at)
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / at
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift
}
