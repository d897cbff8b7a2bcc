// Chance that is the same in every run: mulberry32 (Tommy Ettinger, 2017; public domain).

export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `end`. */
  below(end: number): number
}

export function createRandom(seed: number): Random {
  let state = seed | 0
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
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
