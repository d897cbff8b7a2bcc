// At random, by weight.

import type { Algorithm, AlgorithmDeps, Member } from "./member.ts"

export function createWeightedRandom({ random }: Pick<AlgorithmDeps, "random">): Algorithm {
  let members: readonly Member[] = []
  return {
    use(_all, eligible) {
      members = eligible
    },
    pick: (_hash, excluded) => sample(members, excluded, random),
  }
}

/** One of those that are not excluded, each as likely as its weight. `but` is excluded as well. */
export function sample(
  members: readonly Member[],
  excluded: readonly Member[],
  random: () => number,
  but?: Member,
): Member | undefined {
  const isPlain = excluded.length === 0
  let total = 0
  for (const member of members)
    if (member !== but && (isPlain || !excluded.includes(member))) total += member.weight
  let left = random() * total
  let last: Member | undefined
  for (const member of members) {
    if (member === but || (!isPlain && excluded.includes(member))) continue
    last = member
    left -= member.weight
    if (left < 0) return member
  }
  // Rounding may leave a trace above zero.
  return last
}
