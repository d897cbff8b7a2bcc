// The table of algorithms: a name in the document → how to build it.

import type { Counter, CounterConfig } from "./counter.ts"
import { createFixedWindow } from "./fixed-window.ts"
import { createLeakyBucket } from "./leaky-bucket.ts"
import type { LimitAlgorithm } from "./rate-limit-schema.ts"
import { createSlidingWindow } from "./sliding-window.ts"
import { createTokenBucket } from "./token-bucket.ts"

export const counters: Readonly<Record<LimitAlgorithm, (config: CounterConfig) => Counter>> = {
  tokenBucket: createTokenBucket,
  leakyBucket: createLeakyBucket,
  fixedWindow: createFixedWindow,
  slidingWindow: createSlidingWindow,
}
