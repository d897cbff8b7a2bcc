// An account that comes with other rows of the same statement: as JSON, since a join would mix its columns with theirs.

import { sql } from "kysely"
import type { AccountRow } from "./account-json.ts"

type Times = "created_at" | "suspended_at" | "closed_at" | "last_post_at"

/** What the column gives. */
export type JoinedAccount = Omit<AccountRow, Times> & Readonly<Record<Times, string | null>>

/** The account, which is aliased `a`, as a column. */
export const joinedAccount = sql<JoinedAccount>`row_to_json(a.*)`

export function accountOfJoined(joined: JoinedAccount): AccountRow {
  return {
    ...joined,
    created_at: new Date(joined.created_at ?? 0),
    suspended_at: joined.suspended_at === null ? null : new Date(joined.suspended_at),
    closed_at: joined.closed_at === null ? null : new Date(joined.closed_at),
    last_post_at: joined.last_post_at === null ? null : new Date(joined.last_post_at),
  }
}
