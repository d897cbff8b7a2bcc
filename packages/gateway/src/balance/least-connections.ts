// The member with the fewest requests in flight for its weight; among equals in turn by weight (as nginx's least_conn).

import type { Algorithm, Member } from "./member.ts"

export function createLeastConnections(): Algorithm {
  let members: readonly Member[] = []
  return {
    use(_all, eligible) {
      members = eligible
    },
    pick(_hash, excluded) {
      let best: Member | undefined
      let ties = 0
      for (const member of members) {
        if (excluded.length > 0 && excluded.includes(member)) continue
        const order = best === undefined ? -1 : compareLoad(member, best)
        if (order > 0) continue
        ties = order < 0 ? 1 : ties + 1
        best = member
      }
      return best === undefined || ties === 1 ? best : pickTied(members, excluded, best)
    },
  }
}

/** inFlight / weight of one against that of the other, without the divisions. */
function compareLoad(one: Member, other: Member): number {
  return one.inFlight * other.weight - other.inFlight * one.weight
}

/** One step of the smooth weighted round robin among those that are as busy as `best`. */
function pickTied(members: readonly Member[], excluded: readonly Member[], best: Member): Member {
  let total = 0
  let richest: Member | undefined
  for (const member of members) {
    if (excluded.length > 0 && excluded.includes(member)) continue
    if (compareLoad(member, best) !== 0) continue
    total += member.weight
    member.credit += member.weight
    if (richest === undefined || member.credit > richest.credit) richest = member
  }
  if (richest === undefined) return best
  richest.credit -= total
  return richest
}
