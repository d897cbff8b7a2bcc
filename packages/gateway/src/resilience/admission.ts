// The bulkhead of an upstream: so many requests in flight, so many waiting, the rest refused at once; the important first.
// Holds the waiting as values of the caller's, which wakes them; it has no timer and never calls anybody.

import { roomFor, waitingRoomFor } from "./load-shedding.ts"
import { importances } from "./resilience-schema.ts"
import type { Importance, LimitsConfig } from "./resilience-schema.ts"

export interface Admission<Waiter> {
  /**
   * - `run`: it is in flight now; `leave` when it ends.
   * - `wait`: `next` will hand it out, or `expire`, unless `cancel` comes first.
   * - `refused`: 503.
   */
  enter(waiter: Waiter, importance: Importance, now: number): "run" | "wait" | "refused"
  /** A request that ran has ended. Then ask `next` until it has none. */
  leave(): void
  /** The next that waits and may run now, late or not; it is in flight. */
  next(): Waiter | undefined
  /** Those that have waited too long; they wait no more. */
  expire(now: number): Waiter[]
  /** When the next one will have waited too long; undefined when nobody waits. */
  nextExpiry(): number | undefined
  /** It waits no more (its client left). False when it did not wait. */
  cancel(waiter: Waiter): boolean
  /** The adaptive limit of requests in flight; `maxRequests` stays above it. */
  setLimit(limit: number): void
  load(): { readonly running: number; readonly waiting: number; readonly limit: number }
}

interface Waiting<Waiter> {
  readonly waiter: Waiter
  readonly until: number
  gone: boolean
}

export function createAdmission<Waiter extends object>(
  config: Pick<LimitsConfig, "maxRequests" | "maxPending" | "maxPendingTime">,
): Admission<Waiter> {
  const queues = importances.map((importance) => ({ importance, queue: createQueue<Waiting<Waiter>>() }))
  const entries = new Map<Waiter, Waiting<Waiter>>()
  let running = 0
  let limit = config.maxRequests

  /** The first of a queue that still waits. */
  function headOf(queue: Queue<Waiting<Waiter>>): Waiting<Waiter> | undefined {
    for (let head = queue.peek(); head !== undefined; head = queue.peek()) {
      if (!head.gone) return head
      queue.shift()
    }
    return undefined
  }

  function remove(entry: Waiting<Waiter>): Waiter {
    entry.gone = true
    entries.delete(entry.waiter)
    return entry.waiter
  }

  return {
    enter(waiter, importance, now) {
      // Who waits already and could run is asked first by `next`; here only newcomers with room at once pass.
      if (running < roomFor(importance, limit) && !hasEqualWaiting(importance)) {
        running += 1
        return "run"
      }
      if (entries.size >= waitingRoomFor(importance, config.maxPending)) return "refused"
      const entry = { waiter, until: now + config.maxPendingTime, gone: false }
      entries.set(waiter, entry)
      queues.find((one) => one.importance === importance)?.queue.push(entry)
      return "wait"
    },
    leave() {
      running -= 1
    },
    next() {
      for (const { importance, queue } of queues) {
        const head = headOf(queue)
        if (head === undefined) continue
        // What the more important may not, the less important may not either.
        if (running >= roomFor(importance, limit)) return undefined
        queue.shift()
        running += 1
        return remove(head)
      }
      return undefined
    },
    expire(now) {
      const expired: Waiter[] = []
      for (const { queue } of queues)
        for (let head = headOf(queue); head !== undefined && head.until <= now; head = headOf(queue)) {
          queue.shift()
          expired.push(remove(head))
        }
      return expired
    },
    nextExpiry() {
      let first: number | undefined
      for (const { queue } of queues) {
        const until = headOf(queue)?.until
        if (until !== undefined && (first === undefined || until < first)) first = until
      }
      return first
    },
    cancel(waiter) {
      const entry = entries.get(waiter)
      if (entry === undefined) return false
      remove(entry)
      return true
    },
    setLimit(wanted) {
      limit = Math.max(1, Math.min(config.maxRequests, Math.floor(wanted)))
    },
    load: () => ({ running, waiting: entries.size, limit }),
  }

  /** First come, first served among equals. */
  function hasEqualWaiting(importance: Importance): boolean {
    if (entries.size === 0) return false
    return queues.some((one) => one.importance === importance && headOf(one.queue) !== undefined)
  }
}

interface Queue<T> {
  push(item: T): void
  peek(): T | undefined
  shift(): void
}

/** An array that is emptied from the front without moving the rest each time. */
function createQueue<T>(): Queue<T> {
  let items: T[] = []
  let head = 0
  return {
    push(item) {
      items.push(item)
    },
    peek: () => items[head],
    shift() {
      head += 1
      if (head * 2 < items.length) return
      items = items.slice(head)
      head = 0
    },
  }
}
