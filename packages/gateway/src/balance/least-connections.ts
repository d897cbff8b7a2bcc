// The member with the fewest requests in flight for its weight; among equals in turn by weight (as nginx's least_conn).

import type { Algorithm, Member } from "./member.ts"
import { pickSmoothly } from "./weighted-round-robin.ts"

export function createLeastConnections(): Algorithm {
  let members: readonly Member[] = []
  const ties: Member[] = []

  return {
    use(_all, eligible) {
      members = eligible
    },
    pick(_hash, excluded) {
      let best: Member | undefined
      ties.length = 0
      for (const member of members) {
        if (excluded.length > 0 && excluded.includes(member)) continue
        // Cross-multiplied: inFlight / weight without the division.
        const difference =
          best === undefined ? -1 : member.inFlight * best.weight - best.inFlight * member.weight
        if (difference > 0) continue
        if (difference < 0) ties.length = 0
        best = member
        ties.push(member)
      }
      return ties.length > 1 ? pickSmoothly(ties, []) : best
    },
  }
}
