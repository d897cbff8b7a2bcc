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
// are known the logarithm is divided by a dispersion.

/** c of the prior: alternatives within a few parts in a hundred of what was asked for are the likely ones. */
const CONCENTRATION = 1_000
/** Requests that one visitor makes, roughly, where visitors are not counted. */
export const REQUESTS_PER_VISITOR = 10

export interface SampleRatio {
  /** By arm, since the weights last changed. */
  readonly counts: Readonly<Record<string, number>>
  /** Shares that sum to 1. */
  readonly expected: Readonly<Record<string, number>>
  /** The logarithm of B before the weights changed. */
  readonly before: number
}

export const newSampleRatio = (weights: Readonly<Record<string, number>>): SampleRatio => ({
  counts: {},
  expected: sharesOf(weights),
  before: 0,
})

/** @param weights as asked for during this look, in any unit; arms of weight 0 are not looked at */
export function addVisitors(
  state: SampleRatio,
  visitors: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, number>>,
): SampleRatio {
  const expected = sharesOf(weights)
  const same =
    Object.keys(expected).length === Object.keys(state.expected).length &&
    Object.entries(expected).every(([arm, share]) => Math.abs((state.expected[arm] ?? 0) - share) < 1e-9)
  const from = same ? state : { counts: {}, expected, before: sampleRatioEvidence(state) }
  const counts: Record<string, number> = {}
  for (const arm of Object.keys(expected))
    counts[arm] = ((from.counts as Record<string, number>)[arm] ?? 0) + (visitors[arm] ?? 0)
  return { ...from, counts }
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

function sharesOf(weights: Readonly<Record<string, number>>): Record<string, number> {
  const used = Object.entries(weights).filter(([, weight]) => weight > 0)
  const sum = used.reduce((total, [, weight]) => total + weight, 0)
  return Object.fromEntries(used.map(([arm, weight]) => [arm, weight / sum]))
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
