// Exact counters beside rows. What is stored says what the log says up to the counters' cursor; here what has been counted
// behind it is added: from memory as far as that has come, and from the end of the log for what was committed just now, so that
// members see what they did themselves at once. The only place that does this for rows; it never changes what is stored.

import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Db } from "../../db/database.ts"
import type { AccountsTable, PostsTable } from "../../db/schema.ts"
import type { LogCursor, StoredEvent } from "../../events/event.ts"
import { storedCursor } from "../../events/consumer.ts"
import { isBefore, readCommitted } from "../../events/read-log.ts"
import { countedTypes } from "./count-deltas.ts"
import type { AccountCounts, CountSums, PostCounts } from "./count-sums.ts"
import { later, sumEvents } from "./count-sums.ts"
import { COUNTERS } from "./counters-consumer.ts"
import type { PendingCounts } from "./pending-counts.ts"

/** To be selected beside posts or accounts, in the same statement: how far their counters have been stored. */
export const countedTo = sql<string | null>`
  (SELECT transaction_id || ' ' || position FROM consumer_cursors WHERE name = ${sql.lit(COUNTERS)})`.as(
  "counted_to",
)

/** A row with `countedTo`. */
export type Counted<Row> = Row & { readonly counted_to: string | null }

/** Reads what `countedTo` has selected; undefined before counters are stored at all. */
export function parseCountedTo(text: string | null): LogCursor | undefined {
  if (text === null) return undefined
  const [transactionId = "", position = ""] = text.split(" ")
  return { transactionId, position: Number(position) }
}

type PostRow = Pick<Selectable<PostsTable>, "id" | "likes_count" | "reposts_count" | "replies_count">
type AccountRow = Pick<
  Selectable<AccountsTable>,
  "id" | "posts_count" | "followers_count" | "following_count" | "last_post_at"
>

export interface ExactCounts {
  /** What is to be added to rows. Ask for it while or after the rows are read: what was committed before the call is in it. */
  recent(): Promise<RecentCounts>
}

/** Rows of one statement, with what has been counted since they were stored. Stored counters where that is no longer known. */
export interface RecentCounts {
  posts<Row extends PostRow>(rows: readonly Counted<Row>[]): Promise<Row[]>
  accounts<Row extends AccountRow>(rows: readonly Counted<Row>[]): Promise<Row[]>
}

/** The committed events of the end of the log that count, behind a place. */
interface Tail {
  readonly from: LogCursor
  readonly events: readonly StoredEvent[]
}

/** Events read from the end of the log at most. More are there only where the consumer has been stopped for long. */
const TAIL = 1_000

export function createExactCounts(deps: { db: Db; pending: PendingCounts }): ExactCounts {
  const { db, pending } = deps

  async function readTail(from: LogCursor): Promise<Tail | undefined> {
    const events = await readCommitted(db, { after: from, types: countedTypes, limit: TAIL })
    return events.length < TAIL ? { from, events } : undefined
  }

  /** What was counted behind a cursor: in memory and, from where that ends, in the log. */
  async function countedAfter(cursor: LogCursor, tail: Tail | undefined): Promise<readonly CountSums[]> {
    const inMemory = pending.after(cursor)
    const end = pending.position()
    if (inMemory && end && tail) {
      const reached = isBefore(end, cursor) ? cursor : end
      if (!isBefore(reached, tail.from)) return [inMemory, sumEvents(behind(tail, reached))]
    }
    const all = tail && !isBefore(cursor, tail.from) ? tail : await readTail(cursor)
    return all ? [sumEvents(behind(all, cursor))] : []
  }

  return {
    async recent() {
      const tail = await readTail(pending.position() ?? (await storedCursor(db, COUNTERS)))
      async function split<Row>(rows: readonly Counted<Row>[]) {
        const parts = rows.map(({ counted_to: to, ...row }) => ({ to, row: row as unknown as Row }))
        const cursor = parseCountedTo(parts[0]?.to ?? null)
        return { rows: parts.map((part) => part.row), sums: cursor ? await countedAfter(cursor, tail) : [] }
      }
      return {
        async posts<Row extends PostRow>(counted: readonly Counted<Row>[]) {
          const { rows, sums } = await split(counted)
          return rows.map((row) => withPostCounts(row, sums))
        },
        async accounts<Row extends AccountRow>(counted: readonly Counted<Row>[]) {
          const { rows, sums } = await split(counted)
          return rows.map((row) => withAccountCounts(row, sums))
        },
      }
    },
  }
}

function behind({ events }: Tail, cursor: LogCursor): readonly StoredEvent[] {
  return events.filter((event) => isBefore(cursor, event))
}

function withPostCounts<Row extends PostRow>(row: Row, sums: readonly CountSums[]): Row {
  return sums.reduce((sum, { posts }) => addPostCounts(sum, posts.get(row.id)), row)
}

function withAccountCounts<Row extends AccountRow>(row: Row, sums: readonly CountSums[]): Row {
  return sums.reduce((sum, { accounts }) => addAccountCounts(sum, accounts.get(row.id)), row)
}

/** A row with counts added. Pure. */
export function addPostCounts<Row extends PostRow>(row: Row, counts: Readonly<PostCounts> | undefined): Row {
  if (!counts) return row
  return {
    ...row,
    likes_count: row.likes_count + counts.likes,
    reposts_count: row.reposts_count + counts.reposts,
    replies_count: row.replies_count + counts.replies,
  }
}

/** The same of an account. */
export function addAccountCounts<Row extends AccountRow>(
  row: Row,
  counts: Readonly<AccountCounts> | undefined,
): Row {
  if (!counts) return row
  return {
    ...row,
    posts_count: row.posts_count + counts.posts,
    followers_count: row.followers_count + counts.followers,
    following_count: row.following_count + counts.following,
    last_post_at: later(row.last_post_at, counts.lastPostAt ?? null),
  }
}
