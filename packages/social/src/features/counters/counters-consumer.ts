// The consumer that stores counters: it adds up what the events since its last run count and writes each row once. Stored
// counters therefore say what the log says up to this consumer's cursor; what is shown adds the events behind it.

import type { Consumer } from "../../events/consumer.ts"
import { countedTypes } from "./count-deltas.ts"
import type { CountSums } from "./count-sums.ts"
import { sumEvents } from "./count-sums.ts"
import { storeCounts } from "./store-counts.ts"

/** The name of the cursor. */
export const COUNTERS = "counters"

/** Counters are stored once in so many milliseconds. */
const FLUSH_EVERY_MS = 1_000
/** Events of one flush: far behind, it still writes the row of a much followed account once for thousands of follows. */
const BATCH = 5_000

export interface CountersConsumerOptions {
  /** Events of one flush at most; default 5,000. */
  readonly batch?: number
  /** Called with what a flush has stored. */
  readonly onStored?: (sums: CountSums) => void
}

export function createCountersConsumer({ batch = BATCH, onStored }: CountersConsumerOptions = {}): Consumer {
  return {
    name: COUNTERS,
    types: countedTypes,
    batch,
    restMs: FLUSH_EVERY_MS,
    async handle(db, events) {
      const sums = sumEvents(events)
      await storeCounts(db, sums)
      return onStored && (() => onStored(sums))
    },
  }
}
