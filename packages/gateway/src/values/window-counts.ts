// Counts of the recent past: a window that moves on in slots, so that the oldest slot falls away as a whole. The window is
// between nine and ten tenths of its nominal length.

const SLOTS = 10

export interface WindowCounts {
  /** Adds to one of the kinds. `now`: milliseconds, monotonic. */
  add(kind: number, amount: number, now: number): void
  sum(kind: number, now: number): number
  clear(): void
}

/** @param kinds how many things are counted apart, numbered from 0. */
export function createWindowCounts(window: number, kinds: number): WindowCounts {
  const length = window / SLOTS
  const slots = new Float64Array(SLOTS * kinds)
  const sums = new Float64Array(kinds)
  let newest = Number.NEGATIVE_INFINITY

  function moveTo(now: number) {
    const number = Math.floor(now / length)
    if (number <= newest) return
    const steps = Math.min(SLOTS, number - newest)
    for (let step = 0; step < steps; step += 1) {
      const start = slotOf(number - step) * kinds
      for (let kind = 0; kind < kinds; kind += 1) {
        sums[kind] = (sums[kind] ?? 0) - (slots[start + kind] ?? 0)
        slots[start + kind] = 0
      }
    }
    newest = number
  }

  return {
    add(kind, amount, now) {
      moveTo(now)
      const at = slotOf(newest) * kinds + kind
      slots[at] = (slots[at] ?? 0) + amount
      sums[kind] = (sums[kind] ?? 0) + amount
    },
    sum(kind, now) {
      moveTo(now)
      return sums[kind] ?? 0
    },
    clear() {
      slots.fill(0)
      sums.fill(0)
    },
  }
}

function slotOf(number: number): number {
  return ((number % SLOTS) + SLOTS) % SLOTS
}
