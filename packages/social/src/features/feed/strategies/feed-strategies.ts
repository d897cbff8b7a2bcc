// The strategies by the name that the configuration calls them.

import type { FeedStrategy, FeedStrategyName } from "./feed-strategy.ts"
import type { HybridLimits } from "./hybrid.ts"
import { createHybridStrategy } from "./hybrid.ts"
import { createPullStrategy } from "./pull.ts"
import { createPushStrategy } from "./push.ts"

export const feedStrategies: Readonly<Record<FeedStrategyName, (limits: HybridLimits) => FeedStrategy>> = {
  pull: createPullStrategy,
  push: createPushStrategy,
  hybrid: createHybridStrategy,
}
