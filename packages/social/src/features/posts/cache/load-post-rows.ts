// Reads posts for the cache: with their authors and originals, and what their counters and their transaction snapshot say of
// the time they are of, all in one statement so that they are of one moment. Decides nothing about visibility.

import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Db } from "../../../db/database.ts"
import type { PostsTable } from "../../../db/schema.ts"
import type { LogCursor } from "../../../events/event.ts"
import { LOG_START } from "../../../events/event.ts"
import { parseSnapshot } from "../../../events/snapshot.ts"
import type { Snapshot } from "../../../events/snapshot.ts"
import type { AccountRow } from "../../accounts/account-json.ts"
import type { JoinedAccount } from "../../accounts/joined-account.ts"
import { accountOfJoined, joinedAccount } from "../../accounts/joined-account.ts"
import { countedTo, parseCountedTo } from "../../counters/exact-counts.ts"
import type { MediaView } from "../../media/media-json.ts"
import type { PollView } from "../../polls/poll-json.ts"
import { mediaColumn, pollColumn } from "../post-view.ts"

/** A post for nobody in particular. Its counters are the stored ones. */
export interface PostRow extends Selectable<PostsTable> {
  readonly author: AccountRow
  readonly media: readonly MediaView[] | null
  readonly poll: PollView | null
}

export interface PostRows {
  /** By id: those of the posts asked for that exist, and the originals of reposts among them. */
  readonly rows: ReadonlyMap<number, PostRow>
  /** What the statement could see. */
  readonly snapshot: Snapshot
  /** The stored counters say what the events up to here say. */
  readonly countedTo: LogCursor
  /** The same as counters/exact-counts.ts takes it. */
  readonly countedToText: string | null
}

type Read = Omit<PostRow, "author"> & {
  snapshot: string
  counted_to: string | null
  author: JoinedAccount
}

/** An account id that nobody has. */
const NOBODY = sql<number>`0::bigint`

/** Undefined when none of the posts exists. */
export async function loadPostRows(db: Db, ids: readonly number[]): Promise<PostRows | undefined> {
  const found = await sql<Read>`
    WITH asked AS MATERIALIZED (
      SELECT unnest(${[...ids]}::bigint[]) AS id
    ), wanted AS (
      SELECT id FROM asked
      UNION SELECT r.repost_of_id FROM asked JOIN posts r ON r.id = asked.id WHERE r.repost_of_id IS NOT NULL
    )
    SELECT p.*, ${mediaColumn} AS media, ${pollColumn(NOBODY)} AS poll, ${joinedAccount} AS author,
      pg_current_snapshot()::text AS snapshot, ${countedTo}
    FROM wanted w JOIN posts p ON p.id = w.id JOIN accounts a ON a.id = p.author_id`.execute(db)
  const [first] = found.rows
  if (!first) return undefined
  return {
    rows: new Map(found.rows.map((row) => [row.id, { ...row, author: accountOfJoined(row.author) }])),
    snapshot: parseSnapshot(first.snapshot),
    countedToText: first.counted_to,
    countedTo: parseCountedTo(first.counted_to) ?? LOG_START,
  }
}
