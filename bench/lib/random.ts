// Chance that is the same in every run, as whole numbers and as an order.

import { seededRandom } from "@aviary/kit"

export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `end`. */
  below(end: number): number
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed)
  return { next, below: (end) => Math.floor(next() * end) }
}

/** The whole numbers from 0 to below `count` in random order (Fisher and Yates). */
export function shuffled(count: number, random: Random): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.below(i + 1)
    const kept = order[i] as number
    order[i] = order[j] as number
    order[j] = kept
  }
  return order
}
