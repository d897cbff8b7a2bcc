// Counts in this process. Bounded: each policy has at most `maxKeys` keys and a fixed overflow.

import type { Counter } from "./counter.ts"
import { counters } from "./counters.ts"
import type { KeyTable } from "./key-table.ts"
import { createKeyTable } from "./key-table.ts"
import type { LimitStore, PlannedLimit } from "./limit-store.ts"

export interface MemoryCounts {
  readonly counter: Counter
  readonly keys: KeyTable
}

/** @param random 0 ≤ value < 1; seeds the hash of the overflow. */
export function createMemoryStore({ random }: { random: () => number }): LimitStore<MemoryCounts, void> {
  return {
    open(_id, policy) {
      const counter = counters[policy.algorithm](policy)
      return { counter, keys: createKeyTable(counter, policy.maxKeys, Math.floor(random() * 2 ** 32)) }
    },
    // What nobody holds any more is collected.
    close() {},
    take(plan, now) {
      if (readAll(plan, now))
        for (const { counts, key, reading } of plan) {
          if (!reading.allowed) continue
          counts.counter.take(counts.keys.claim(key, now), now, reading)
        }
    },
  }
}

/** Whether the request may go on. */
function readAll(plan: readonly PlannedLimit<MemoryCounts>[], now: number): boolean {
  let goesOn = true
  for (const { policy, counts, key, reading } of plan) {
    counts.counter.read(counts.keys.find(key, now), now, reading)
    if (!reading.allowed && !policy.dryRun) goesOn = false
  }
  return goesOn
}
