// Two at random by weight, and of them the less busy: nearly as even as asking everybody, without everybody's running after
// the same idle one. Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12 (2001).

import type { Algorithm, AlgorithmDeps, Member } from "./member.ts"
import { sample } from "./weighted-random.ts"

export function createPowerOfTwo({ random }: Pick<AlgorithmDeps, "random">): Algorithm {
  let members: readonly Member[] = []
  return {
    use(_all, eligible) {
      members = eligible
    },
    pick(_hash, excluded) {
      const first = sample(members, excluded, random)
      if (first === undefined || first.inFlight === 0) return first
      // The second choice is another one, or a busy member would compete with itself.
      const second = sample(members, excluded, random, first)
      if (second === undefined) return first
      return second.inFlight * first.weight < first.inFlight * second.weight ? second : first
    },
  }
}
