// How far this process's memory has come in the log, and how far it must have come for a member to see what it wrote itself.
// Reading one's writes: a read waits a moment for memory to reach the member's last write, else it asks PostgreSQL.

import { AppError } from "@aviary/kit"
import type { LogCursor } from "./event.ts"

/** How long a read waits for memory before it asks PostgreSQL. */
const CATCH_UP_MS = 50

/** Memory that has not looked at the log, or not come further in it while there was more, for so long is out of date. */
const STALE_MS = 1_500

/** Members whose last write is remembered; the oldest are forgotten, long after memory has passed them. */
const MEMBERS = 50_000

export interface Reading {
  /** Whether memory is up to date and has all that the member wrote through this process. */
  isCurrent(accountId: number | undefined): boolean
  /**
   * Waits at most 50 ms for that, and for the position that the reader presents; false when memory is still behind, and what
   * is read must come from PostgreSQL. Fails with `input.invalid` where what is presented is no position.
   */
  caughtUp(accountId: number | undefined, presented?: string): Promise<boolean>
  /** The position of the member's last write through this process, while memory has not passed it. */
  lastWrite(accountId: number): string | undefined
}

/** The side of the log engine. */
export interface LogPosition extends Reading {
  /** A member has written up to here. */
  wrote(accountIds: Iterable<number>, cursor: LogCursor): void
  /** Memory has everything up to the cursor. */
  advance(cursor: LogCursor): void
  /** The log was read: `more` says that there is something that memory does not have yet. */
  looked(more: boolean): void
}

interface Place {
  readonly transaction: number
  readonly position: number
}

export function createLogPosition(deps: { now: () => number }): LogPosition {
  let here: Place | undefined
  /** Since when memory is known to be behind the log; undefined while it is not. */
  let behindSince: number | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  const writes = new Map<number, { cursor: LogCursor; place: Place }>()
  let waiting: { place: Place; resolve: (reached: boolean) => void; timer: NodeJS.Timeout }[] = []

  function isLive(): boolean {
    const now = deps.now()
    return (
      here !== undefined &&
      now - lookedAt < STALE_MS &&
      (behindSince === undefined || now - behindSince < STALE_MS)
    )
  }

  function has(place: Place): boolean {
    return here !== undefined && !isAfter(place, here)
  }

  function reach(place: Place): Promise<boolean> {
    if (has(place)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const entry = { place, resolve, timer: setTimeout(() => give(entry, false), CATCH_UP_MS) }
      waiting.push(entry)
    })
  }

  function give(entry: (typeof waiting)[number], reached: boolean): void {
    clearTimeout(entry.timer)
    waiting = waiting.filter((one) => one !== entry)
    entry.resolve(reached)
  }

  function isCurrent(accountId: number | undefined): boolean {
    if (!isLive()) return false
    const write = accountId === undefined ? undefined : writes.get(accountId)
    return write === undefined || has(write.place)
  }

  return {
    isCurrent,
    async caughtUp(accountId, presented) {
      const asked = presented === undefined ? undefined : parsePosition(presented)
      const write = accountId === undefined ? undefined : writes.get(accountId)
      if (asked && !(await reach(asked))) return false
      if (write && !(await reach(write.place))) return false
      return isCurrent(accountId)
    },
    lastWrite(accountId) {
      const write = writes.get(accountId)
      return write && formatPosition(write.cursor)
    },
    wrote(accountIds, cursor) {
      const place = placeOf(cursor)
      for (const id of accountIds) {
        const known = writes.get(id)
        if (known && !isAfter(place, known.place)) continue
        writes.delete(id)
        writes.set(id, { cursor, place })
      }
      for (const id of writes.keys()) {
        if (writes.size <= MEMBERS) break
        writes.delete(id)
      }
    },
    advance(cursor) {
      const place = placeOf(cursor)
      here = place
      behindSince = undefined
      for (const entry of waiting.filter((one) => !isAfter(one.place, place))) give(entry, true)
    },
    looked(more) {
      lookedAt = deps.now()
      if (!more) behindSince = undefined
      else behindSince ??= lookedAt
    },
  }
}

function placeOf(cursor: LogCursor): Place {
  return { transaction: Number(cursor.transactionId), position: cursor.position }
}

function isAfter(a: Place, b: Place): boolean {
  return a.transaction > b.transaction || (a.transaction === b.transaction && a.position > b.position)
}

/** A place in the log as clients carry it from a write to a read, `transaction-position`. */
export function formatPosition(cursor: LogCursor): string {
  return `${cursor.transactionId}-${cursor.position}`
}

const POSITION = /^(\d{1,15})-(\d{1,15})$/

function parsePosition(text: string): Place {
  const match = POSITION.exec(text)
  if (!match)
    throw new AppError("input.invalid", {
      problems: `${POSITION_HEADER}: is no position that an answer has told`,
    })
  return { transaction: Number(match[1]), position: Number(match[2]) }
}

/** An answer to a write tells where it stands in the log; a read that sends it back sees that write, in any process. */
export const POSITION_HEADER = "aviary-position"

/** The position that a request presents, if it does. */
export function positionOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
  const value = headers[POSITION_HEADER]
  return Array.isArray(value) ? value[0] : value
}
