// The Mann–Whitney U test of two samples, one-sided: are the subject's values larger than the reference's? For single values of
// instances (memory, queue lengths), where no count stands behind them. Pure.
//
// U counts the pairs in which the subject's value is the larger, ties half; under the null hypothesis it is nearly normal with mean
// n₁n₀/2 and variance n₁n₀/12 · ((n + 1) − Σ(t³ − t)/(n(n − 1))), t being the sizes of groups of ties. Source: H. Mann, D. Whitney,
// Annals of Mathematical Statistics 18 (1947); the correction for ties as in E. Lehmann, Nonparametrics (1975). It is not
// anytime-valid: whoever looks at it more than once spends a part of alpha at each look (`alphaAtLook`).

import { normalBelow } from "./normal.ts"

/** The p-value of "the subject's values are not larger"; 1 where a sample is empty or all values are the same. */
export function mannWhitneyP(subject: readonly number[], reference: readonly number[]): number {
  const [n1, n0] = [subject.length, reference.length]
  if (n1 === 0 || n0 === 0) return 1
  const ranked = [
    ...subject.map((value) => ({ value, own: true })),
    ...reference.map((value) => ({ value, own: false })),
  ].sort((a, b) => a.value - b.value)
  const n = ranked.length
  let ranks = 0
  let ties = 0
  for (let from = 0; from < n;) {
    let to = from
    while (to < n && ranked[to]?.value === ranked[from]?.value) to += 1
    const rank = (from + 1 + to) / 2
    for (let i = from; i < to; i += 1) if (ranked[i]?.own) ranks += rank
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const u = ranks - (n1 * (n1 + 1)) / 2
  const variance = ((n1 * n0) / 12) * (n + 1 - ties / (n * (n - 1)))
  if (!(variance > 0)) return 1
  // Less a half, for u goes by steps.
  return 1 - normalBelow((u - (n1 * n0) / 2 - 0.5) / Math.sqrt(variance))
}

/** What of `alpha` the i-th look (from 1) may spend: α/(i(i + 1)), which sums to α over all looks. */
export const alphaAtLook = (alpha: number, look: number): number => alpha / (look * (look + 1))
