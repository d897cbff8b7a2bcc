// Counters, wired: the consumer that stores them, and the round that holds them against the truth.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Consumer } from "../../events/consumer.ts"
import type { MemoryFollower } from "../../events/memory-follower.ts"
import { createTicker } from "../../ticker.ts"
import { createCountersConsumer } from "./counters-consumer.ts"
import { createReconciler } from "./reconcile-counts.ts"

const RECONCILE_EVERY_MS = 60_000

export interface CountersFeature {
  readonly consumers: readonly Consumer[]
  readonly memory: readonly MemoryFollower[]
  readonly parts: readonly Part[]
}

export function createCountersFeature(core: Core): CountersFeature {
  const reconciler = createReconciler(core)
  return {
    consumers: [createCountersConsumer({ onStored: (sums) => reconciler.touched(sums) })],
    memory: [core.pendingCounts],
    parts: [
      createTicker({
        ...core,
        name: "counters against the truth",
        everyMs: RECONCILE_EVERY_MS,
        run: () => reconciler.reconcile(),
      }),
    ],
  }
}
