// Latencies in buckets that grow by 9 % each, from 1/16 ms to 131 s: a quantile costs no memory per request and is right to
// 4.5 %. Decides nothing.

const PER_DOUBLING = 8
const LOWEST_LOG = -4
const BUCKETS = 21 * PER_DOUBLING

/** The bucket of a latency in milliseconds; below and above the range the first and last. */
export function latencyBucket(ms: number): number {
  const bucket = Math.floor((Math.log2(ms) - LOWEST_LOG) * PER_DOUBLING)
  return bucket > 0 ? Math.min(bucket, BUCKETS - 1) : 0
}

export interface LatencyHistogram {
  record(ms: number): void
  readonly count: number
  /** The latency below which the share `q` lies, milliseconds; undefined when empty. */
  quantile(q: number): number | undefined
  /** How many latencies lie above, by whole buckets. */
  countAbove(ms: number): number
  /** Adds or, with −1, takes away all of another one. */
  addAll(other: LatencyHistogram, sign: 1 | -1): void
  readonly buckets: Uint32Array
  clear(): void
}

export function createLatencyHistogram(): LatencyHistogram {
  const buckets = new Uint32Array(BUCKETS)
  let count = 0
  return {
    buckets,
    get count() {
      return count
    },
    record(ms) {
      const bucket = latencyBucket(ms)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      count += 1
    },
    quantile: (q) => quantileOf(buckets, count, q),
    countAbove(ms) {
      let above = 0
      for (let index = latencyBucket(ms) + 1; index < BUCKETS; index += 1) above += buckets[index] ?? 0
      return above
    },
    addAll(other, sign) {
      for (let index = 0; index < BUCKETS; index += 1)
        buckets[index] = (buckets[index] ?? 0) + sign * (other.buckets[index] ?? 0)
      count += sign * other.count
    },
    clear() {
      buckets.fill(0)
      count = 0
    },
  }
}

function quantileOf(buckets: Uint32Array, count: number, q: number): number | undefined {
  if (count === 0) return undefined
  let left = Math.max(1, Math.ceil(count * q))
  for (let index = 0; index < BUCKETS; index += 1) {
    left -= buckets[index] ?? 0
    // The middle of the bucket, as its factors go.
    if (left <= 0) return 2 ** ((index + 0.5) / PER_DOUBLING + LOWEST_LOG)
  }
  return undefined
}

export interface LatencyWindow {
  record(ms: number, now: number): void
  count(now: number): number
  quantile(q: number, now: number): number | undefined
  /** The histogram of the window; to be read at once, it changes. */
  total(now: number): LatencyHistogram
  clear(): void
}

const SLOTS = 5

/** The latencies of the recent past: five histograms that are filled in turn, and their sum. */
export function createLatencyWindow(window: number): LatencyWindow {
  const length = window / SLOTS
  const slots = Array.from({ length: SLOTS }, createLatencyHistogram)
  const total = createLatencyHistogram()
  let newest = Number.NEGATIVE_INFINITY

  function slotFor(now: number): LatencyHistogram | undefined {
    const number = Math.max(newest, Math.floor(now / length))
    for (let step = Math.min(SLOTS, number - newest); step > 0; step -= 1) {
      const stale = slots[(number - step + 1) % SLOTS]
      if (stale === undefined || stale.count === 0) continue
      total.addAll(stale, -1)
      stale.clear()
    }
    newest = number
    return slots[number % SLOTS]
  }

  return {
    record(ms, now) {
      slotFor(now)?.record(ms)
      total.record(ms)
    },
    count(now) {
      slotFor(now)
      return total.count
    },
    quantile(q, now) {
      slotFor(now)
      return total.quantile(q)
    },
    total(now) {
      slotFor(now)
      return total
    },
    clear() {
      for (const slot of slots) slot.clear()
      total.clear()
    },
  }
}
