// Never more than `quota` in any span of `window`, whatever its edges: a log of the requests that were allowed. Up to
// RESOLUTION requests a window the log is exact; for a larger quota, requests within 1/RESOLUTION of the window share an entry
// and leave it together with the last of them, so that a limit may come that much early, and never late.
//
// Why not two counters and an interpolation (the usual trick): it errs for clients that are at their limit, and just those
// are the ones that it decides about. The log costs memory only for requests that did come.

import type { Counter, CounterConfig } from "./counter.ts"

/** Entries of a key at most. A key costs 8 bytes (12 when shared) for each request that it was allowed in the window. */
const RESOLUTION = 8192
const FIRST_CAPACITY = 4

/** A ring of entries, oldest at `head`. */
interface RequestLog {
  /** When the last request of each entry came. */
  times: Float64Array
  /** How many requests each entry stands for; absent while each stands for one. */
  amounts: Uint32Array | undefined
  head: number
  length: number
  /** Requests in all entries. */
  total: number
  /** When the first request of the newest entry came. */
  opened: number
}

export function createSlidingWindow({ quota, window }: CounterConfig): Counter {
  const shares = quota > RESOLUTION
  const grain = window / RESOLUTION
  const logs: (RequestLog | undefined)[] = []

  return {
    memory: window,
    grow(slots) {
      while (logs.length < slots) logs.push(undefined)
    },
    clear(slot) {
      logs[slot] = undefined
    },
    read(slot, now, reading) {
      const log = logs[slot]
      if (log !== undefined) dropUntil(log, now - window)
      const total = log?.total ?? 0
      reading.allowed = total < quota
      reading.remaining = quota - total
      reading.resetMs = log === undefined || total === 0 ? 0 : newest(log) + window - now
      reading.retryAfterMs =
        log === undefined || total < quota ? 0 : (log.times[log.head] ?? now) + window - now
      reading.delayMs = 0
    },
    take(slot, now, reading) {
      reading.remaining -= 1
      reading.resetMs = window
      const log = (logs[slot] ??= newLog(shares))
      log.total += 1
      const last = lastIndex(log)
      if (shares && log.length > 0 && now - log.opened < grain) {
        log.times[last] = now
        if (log.amounts !== undefined) log.amounts[last] = (log.amounts[last] ?? 0) + 1
        return
      }
      if (log.length === log.times.length) enlarge(log)
      log.opened = now
      log.length += 1
      const at = lastIndex(log)
      log.times[at] = now
      if (log.amounts !== undefined) log.amounts[at] = 1
    },
    copy(from, to) {
      const log = logs[from]
      logs[to] = log && { ...log, times: log.times.slice(), amounts: log.amounts?.slice() }
    },
    isIdle(slot, now) {
      const log = logs[slot]
      return log === undefined || log.length === 0 || newest(log) <= now - window
    },
  }
}

function newLog(shares: boolean): RequestLog {
  return {
    times: new Float64Array(FIRST_CAPACITY),
    amounts: shares ? new Uint32Array(FIRST_CAPACITY) : undefined,
    head: 0,
    length: 0,
    total: 0,
    opened: 0,
  }
}

function lastIndex({ head, length, times }: RequestLog): number {
  return (head + length - 1 + times.length) % times.length
}

function newest(log: RequestLog): number {
  return log.times[lastIndex(log)] ?? 0
}

function dropUntil(log: RequestLog, end: number) {
  while (log.length > 0 && (log.times[log.head] ?? 0) <= end) {
    log.total -= log.amounts === undefined ? 1 : (log.amounts[log.head] ?? 0)
    log.head = (log.head + 1) % log.times.length
    log.length -= 1
  }
}

/** Twice the room, with the oldest entry first. */
function enlarge(log: RequestLog) {
  const { times, amounts, head, length } = log
  const larger = new Float64Array(length * 2)
  larger.set(times.subarray(head))
  larger.set(times.subarray(0, head), length - head)
  log.times = larger
  if (amounts !== undefined) {
    const largerAmounts = new Uint32Array(length * 2)
    largerAmounts.set(amounts.subarray(head))
    largerAmounts.set(amounts.subarray(0, head), length - head)
    log.amounts = largerAmounts
  }
  log.head = 0
}
