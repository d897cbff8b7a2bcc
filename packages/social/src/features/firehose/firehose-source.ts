// Where readers of the firehose get messages from. Those that keep up share one reading of the log, through the window; those
// that are behind read the log themselves, a batch at a time and only a few at once. Wakes readers when there is more.

import { AppError, createBulkhead } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { LogCursor, StoredEvent } from "../../events/event.ts"
import type { Follower } from "../../events/log-engine.ts"
import { readLog } from "../../events/read-log.ts"
import type { FirehoseMessage } from "./firehose-types.ts"
import type { Withdrawn, WindowLimits } from "./firehose-window.ts"
import { createFirehoseWindow } from "./firehose-window.ts"
import type { ToMessages } from "./public-events.ts"

/** Somebody who reads on from a place in the log. */
export interface FirehoseReader {
  readonly isOpen: () => boolean
  /** Takes a message; false when there is no room for it now, and it has not been taken. */
  readonly take: (message: FirehoseMessage) => boolean
  /** Everything up to here has been taken, or is not for it. */
  readonly moveTo: (cursor: LogCursor) => void
  /** There is more. */
  readonly wake: () => void
}

export interface FirehoseReading {
  /** Gives what comes after `cursor`, until the reader is full or there is nothing more for now. One at a time. */
  read(cursor: LogCursor): Promise<void>
  /** The reader is woken no more. */
  leave(): void
}

export interface FirehoseSource {
  readonly follower: Follower
  /** Wakes the reader from now on, and reads for it. */
  join(reader: FirehoseReader): FirehoseReading
}

const window: WindowLimits = { bytes: 8_388_608, ageMs: 60_000 }
/**
 * Events of the log that are read at once for a reader who is behind: as many as it took the last time, so that little is read
 * that it has no room for.
 */
const BATCH = { first: 32, least: 4, most: 256 }
/** Readings of the log by readers who are behind, at the same time. */
const CONCURRENT = 4

export interface FirehoseSourceDeps extends Pick<Core, "db" | "clock"> {
  readonly toMessages: ToMessages
  /** For tests (default 8 MiB, a minute). */
  readonly windowLimits?: WindowLimits
}

export function createFirehoseSource(deps: FirehoseSourceDeps): FirehoseSource {
  const { db, clock, toMessages } = deps
  const recent = createFirehoseWindow({ limits: deps.windowLimits ?? window, now: () => clock.now() })
  const readers = new Set<FirehoseReader>()
  const turns = createBulkhead({
    concurrent: CONCURRENT,
    // The number of readers is bounded where they are let in.
    waiting: Number.POSITIVE_INFINITY,
    refuse: () => new AppError("server.overloaded"),
  })

  /** Takes up the log's next events; should that fail, readers get them from the log. */
  async function follow(events: readonly StoredEvent[]): Promise<void> {
    const last = events.at(-1)
    if (!last) return
    const end = cursorOf(last)
    recent.withdraw(changedBy(events as readonly StoredDomainEvent[]))
    // What an account did comes back with it, and the window has none of it.
    const returned = events.some((event) => event.type === "account.unsuspended")
    if (readers.size === 0 || returned) {
      recent.skipTo(end)
      return wakeAll()
    }
    try {
      recent.add(await toMessages(events), end)
    } catch (error) {
      recent.skipTo(end)
      throw error
    } finally {
      wakeAll()
    }
  }

  function wakeAll(): void {
    for (const reader of readers) reader.wake()
  }

  async function readBehind(cursor: LogCursor, limit: number) {
    const batch = await readLog(db, cursor, limit)
    return { ...batch, messages: await toMessages(batch.events) }
  }

  /** Gives the reader what it has room for. */
  function give(
    reader: FirehoseReader,
    next: { readonly messages: readonly FirehoseMessage[]; readonly end: LogCursor },
  ): { taken: number; isFull: boolean } {
    let taken = 0
    for (const message of next.messages) {
      if (!reader.isOpen() || !reader.take(message)) return { taken, isFull: true }
      reader.moveTo(message.cursor)
      taken += 1
    }
    reader.moveTo(next.end)
    return { taken, isFull: false }
  }

  function createReading(reader: FirehoseReader): FirehoseReading {
    let limit = BATCH.first
    readers.add(reader)
    return {
      leave: () => void readers.delete(reader),
      async read(from) {
        let cursor = from
        while (reader.isOpen()) {
          const seen = recent.version()
          const view = recent.after(cursor)
          if (view === "ahead") return
          if (view !== "behind") {
            give(reader, view)
            return
          }
          const batch = await turns.run(() => readBehind(cursor, limit))
          const { taken, isFull } = give(reader, { messages: batch.messages, end: batch.cursor })
          limit = isFull ? Math.max(BATCH.least, taken * 2) : Math.min(BATCH.most, limit * 2)
          if (isFull) return
          cursor = batch.cursor
          if (batch.events.length === 0 && recent.version() === seen) return
        }
      },
    }
  }

  return {
    follower: { name: "firehose", handle: follow },
    join: createReading,
  }
}

function cursorOf({ transactionId, position }: StoredEvent): LogCursor {
  return { transactionId, position }
}

/** What these events make of messages of before: they must not be told any more, or not so. Pure. */
function changedBy(events: readonly StoredDomainEvent[]): Withdrawn {
  const posts = new Set<number>()
  const accounts = new Set<number>()
  for (const event of events) {
    switch (event.type) {
      case "post.edited":
      case "post.deleted":
      case "post.repost_removed":
        posts.add(event.data.id)
        break
      case "account.profile_changed":
      case "account.suspended":
        accounts.add(event.data.id)
        break
      default:
    }
  }
  return { posts, accounts }
}
