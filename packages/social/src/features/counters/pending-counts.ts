// What has been counted since counters were last stored, from the events that this process was given. A bounded record: it
// answers for the last seconds, and says so where it does not reach back far enough.
//
// Who keeps counts in memory: select `countedTo` beside the rows, add `after(cursor)` when they arrive, remember the cursor, and
// from then on add the deltas of each event that is applied *behind that cursor*, whether or not the rows' snapshot has it:
// the rows have no event behind the cursor, and all before it.

import type { LogCursor } from "../../events/event.ts"
import type { MemoryFollower } from "../../events/memory-follower.ts"
import type { CountDelta } from "./count-deltas.ts"
import { countDeltas } from "./count-deltas.ts"
import type { CountSums, GrowingSums } from "./count-sums.ts"
import { addDelta, createCountSums } from "./count-sums.ts"

/** Holds at the moment that it is given: later events change it. */
export type PendingView = CountSums

export interface PendingCounts extends MemoryFollower {
  /**
   * What the events behind the cursor count that memory has been given: nothing where memory has not come to the cursor yet.
   * Undefined where memory does not reach back that far: then only the stored counters are known, and must not be kept.
   */
  after(cursor: LogCursor): PendingView | undefined
  /** How far memory has been given the log; undefined before it was given any. */
  position(): LogCursor | undefined
}

/** Counted events kept at most: several seconds even of a very busy network. */
const KEPT = 50_000

interface Entry {
  readonly at: LogCursor
  readonly deltas: readonly CountDelta[]
}

export function createPendingCounts({ kept = KEPT }: { kept?: number } = {}): PendingCounts {
  /** In commit order. */
  let entries: Entry[] = []
  /** Nothing is missing behind this place. */
  let floor: LogCursor | undefined
  let position: LogCursor | undefined
  /** The answer of last time, which most often only grows: the stored cursor moves once a second. */
  let answer: { cursor: LogCursor; sums: GrowingSums; upTo: number } | undefined

  return {
    name: "pending counts",
    begin(cursor) {
      floor = cursor
      position = cursor
    },
    apply(events) {
      for (const event of events) {
        const at = { transactionId: event.transactionId, position: event.position }
        floor ??= at
        position = at
        const deltas = countDeltas(event)
        if (deltas.length > 0) entries.push({ at, deltas })
      }
      // Cut in halves, so that the cost of moving what is kept is small for each event.
      if (entries.length <= kept * 2) return
      floor = entries.at(-kept - 1)?.at
      entries = entries.slice(-kept)
      answer = undefined
    },
    drop() {
      entries = []
      floor = undefined
      position = undefined
      answer = undefined
    },
    position: () => position,
    after(cursor) {
      if (!floor || isAfter(floor, cursor)) return undefined
      if (!answer || isAfter(answer.cursor, cursor) || isAfter(cursor, answer.cursor)) {
        answer = { cursor, sums: createCountSums(), upTo: firstAfter(entries, cursor) }
      }
      for (; answer.upTo < entries.length; answer.upTo += 1) {
        const entry = entries[answer.upTo]
        // The cursor may be ahead of what memory had been given when it was asked first.
        if (!entry || !isAfter(entry.at, cursor)) continue
        for (const delta of entry.deltas) addDelta(answer.sums, delta)
      }
      return answer.sums
    },
  }
}

function firstAfter(entries: readonly Entry[], cursor: LogCursor): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const entry = entries[middle]
    if (entry && isAfter(entry.at, cursor)) high = middle
    else low = middle + 1
  }
  return low
}

/** In commit order. Transaction ids stay exact below 2^53. */
function isAfter(a: LogCursor, b: LogCursor): boolean {
  const difference = Number(a.transactionId) - Number(b.transactionId)
  return difference > 0 || (difference === 0 && a.position > b.position)
}
