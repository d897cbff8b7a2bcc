// In turn by weight, spread as evenly as can be: weights 5, 1, 1 give a a b a c a a, never a a a a a b c.
// Source: nginx, "Upstream: smooth weighted round-robin balancing" (commit 52327e0627f4, Maxim Dounin, 2012).

import type { Algorithm, Member } from "./member.ts"

export function createWeightedRoundRobin(): Algorithm {
  let members: readonly Member[] = []
  return {
    use(_all, eligible) {
      members = eligible
    },
    pick: (_hash, excluded) => pickSmoothly(members, excluded),
  }
}

/** One step: each gains its weight, the richest is taken and pays for all. The excluded stand still. */
function pickSmoothly(members: readonly Member[], excluded: readonly Member[]): Member | undefined {
  let total = 0
  let best: Member | undefined
  for (const member of members) {
    if (excluded.length > 0 && excluded.includes(member)) continue
    total += member.weight
    member.credit += member.weight
    if (best === undefined || member.credit > best.credit) best = member
  }
  if (best !== undefined) best.credit -= total
  return best
}
