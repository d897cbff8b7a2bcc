// The newest messages, once for all readers of this process. Bounded by bytes and by age; a reader that is further behind asks
// the log. Whole between its ends: whoever stands in it misses nothing by reading on in it. Pure but for the clock it is given.

import type { LogCursor } from "../../events/event.ts"
import { isBefore } from "../../events/read-log.ts"
import type { FirehoseMessage } from "./firehose-types.ts"

export interface WindowLimits {
  readonly bytes: number
  /** Messages older than this are dropped when newer ones come, in milliseconds. */
  readonly ageMs: number
}

/** Posts and accounts that are no longer as the window shows them. */
export interface Withdrawn {
  readonly posts: ReadonlySet<number>
  readonly accounts: ReadonlySet<number>
}

/** `behind`: the window does not reach back so far. `ahead`: this process has not come so far. Else what comes next. */
export type WindowView =
  | "behind"
  | "ahead"
  | { readonly messages: readonly FirehoseMessage[]; readonly end: LogCursor }

export interface FirehoseWindow {
  /** Counts changes: whoever saw nothing new can tell whether it has come since. */
  version(): number
  /** What comes after a place in the log. */
  after(cursor: LogCursor): WindowView
  /** The log goes on: these are its messages up to `end`, all of them. */
  add(messages: readonly FirehoseMessage[], end: LogCursor): void
  /** The log has gone on to `end` and what happened is not known. */
  skipTo(end: LogCursor): void
  /** Forgets everything up to the last message that shows one of these: readers that far behind are told by the log. */
  withdraw(what: Withdrawn): void
}

export function createFirehoseWindow(deps: { limits: WindowLimits; now: () => number }): FirehoseWindow {
  const { limits, now } = deps
  let kept: { message: FirehoseMessage; at: number }[] = []
  let bytes = 0
  /** The window has everything after `start` up to and with `end`; neither is known before the first event. */
  let start: LogCursor | undefined
  let end: LogCursor | undefined
  let version = 0

  function drop(count: number): void {
    const last = kept[count - 1]
    if (!last) return
    for (const { message } of kept.slice(0, count)) bytes -= message.bytes.length
    kept = kept.slice(count)
    start = last.message.cursor
  }

  function trim(): void {
    const oldest = now() - limits.ageMs
    let [count, over] = [0, bytes - limits.bytes]
    for (const { message, at } of kept) {
      if (over <= 0 && at >= oldest) break
      over -= message.bytes.length
      count += 1
    }
    drop(count)
  }

  /** The index of the first message after the cursor. */
  function indexAfter(cursor: LogCursor): number {
    let [low, high] = [0, kept.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = kept[middle]?.message.cursor
      if (at && isBefore(cursor, at)) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    version: () => version,
    after(cursor) {
      if (!start || !end || isBefore(cursor, start)) return "behind"
      if (isBefore(end, cursor)) return "ahead"
      return { messages: kept.slice(indexAfter(cursor)).map(({ message }) => message), end }
    },
    add(messages, newEnd) {
      version += 1
      // Before the first event it is not known what lies between it and where readers stand.
      start ??= newEnd
      if (end) {
        const at = now()
        for (const message of messages) {
          kept.push({ message, at })
          bytes += message.bytes.length
        }
      }
      end = newEnd
      trim()
    },
    skipTo(newEnd) {
      version += 1
      kept = []
      bytes = 0
      start = newEnd
      end = newEnd
    },
    withdraw({ posts, accounts }) {
      if (posts.size === 0 && accounts.size === 0) return
      const last = kept.findLastIndex(
        ({ message }) =>
          message.posts.some((id) => posts.has(id)) || message.accounts.some((id) => accounts.has(id)),
      )
      drop(last + 1)
    },
  }
}
