// Each in turn. A member that warms up is passed over as often as its ramp says.

import type { Algorithm, Member } from "./member.ts"

export function createRoundRobin(): Algorithm {
  let members: readonly Member[] = []
  let next = 0

  return {
    use(_all, eligible) {
      members = eligible
    },
    pick(_hash, excluded) {
      const { length } = members
      let passed: Member | undefined
      for (let tries = length * 2; tries > 0; tries -= 1) {
        if (next >= length) next = 0
        const member = members[next]
        next += 1
        if (member === undefined || (excluded.length > 0 && excluded.includes(member))) continue
        if (member.ramp >= 1) return member
        member.credit += member.ramp
        if (member.credit >= 1) {
          member.credit -= 1
          return member
        }
        passed ??= member
      }
      // All that is left warms up: better early than nothing.
      return passed
    },
  }
}
