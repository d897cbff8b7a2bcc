// The table of algorithms: a name in the document → how to build it.

import { createHashRing } from "./hash-ring.ts"
import { createLeastConnections } from "./least-connections.ts"
import type { AlgorithmName } from "./load-balancer-schema.ts"
import type { Algorithm, AlgorithmDeps } from "./member.ts"
import { createPowerOfTwo } from "./power-of-two.ts"
import { createRoundRobin } from "./round-robin.ts"
import { createWeightedRandom } from "./weighted-random.ts"
import { createWeightedRoundRobin } from "./weighted-round-robin.ts"

export const algorithms: Readonly<Record<AlgorithmName, (deps: AlgorithmDeps) => Algorithm>> = {
  roundRobin: createRoundRobin,
  weightedRoundRobin: createWeightedRoundRobin,
  leastConnections: createLeastConnections,
  p2c: createPowerOfTwo,
  ringHash: createHashRing,
  ipHash: createHashRing,
  random: createWeightedRandom,
}
