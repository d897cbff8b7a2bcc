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

export interface FirehoseSource {
  readonly follower: Follower
  /** Wakes the reader from now on; the returned function ends it. */
  join(reader: FirehoseReader): () => void
  /** Gives what comes after `cursor`, until the reader is full or there is nothing more for now. */
  read(reader: FirehoseReader, cursor: LogCursor): Promise<void>
}

const window: WindowLimits = { bytes: 8_388_608, ageMs: 60_000 }
/** Events of the log that a reader who is behind gets at once. */
const BATCH = 200
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

  async function readBehind(cursor: LogCursor) {
    const batch = await readLog(db, cursor, BATCH)
    return { ...batch, messages: await toMessages(batch.events) }
  }

  return {
    follower: { name: "firehose", handle: follow },
    join(reader) {
      readers.add(reader)
      return () => void readers.delete(reader)
    },
    async read(reader, from) {
      let cursor = from
      while (reader.isOpen()) {
        const seen = recent.version()
        const view = recent.after(cursor)
        if (view === "ahead") return
        const next = view === "behind" ? await turns.run(() => readBehind(cursor)) : view
        for (const message of next.messages) {
          if (!reader.isOpen() || !reader.take(message)) return
          reader.moveTo(message.cursor)
        }
        const end = "end" in next ? next.end : next.cursor
        reader.moveTo(end)
        cursor = end
        const isDone = "end" in next || next.events.length === 0
        if (isDone && recent.version() === seen) return
      }
    },
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
