// Filters of words and posts: the events, and their inline projection into `filters`. Each filter has a stream of its own, and
// each event says all that the filter is, so that of an older one nothing has to be kept (see change-filters.ts).

import { sql } from "kysely"
import type { FilterKeyword, FilterPost } from "../../db/schema.ts"
import type { EventTypes } from "../../events/projection.ts"
import { rowsOf } from "../../events/projection.ts"

/** Where a filter is in force; `home` is lists too, `public` tags too. */
export const filterContexts = ["home", "notifications", "public", "thread", "account"] as const
export type FilterContext = (typeof filterContexts)[number]

/** What is done to a post that matches: shown behind a warning, left out, or its media blurred. */
export const filterActions = ["warn", "hide", "blur"] as const
export type FilterAction = (typeof filterActions)[number]

export interface FilterData {
  readonly id: number
  readonly account_id: number
  readonly title: string
  readonly contexts: readonly FilterContext[]
  readonly action: FilterAction
  /** ISO 8601; null: never. */
  readonly expires_at: string | null
  readonly keywords: readonly FilterKeyword[]
  readonly posts: readonly FilterPost[]
}

export type FilterEvent =
  | { type: "filter.saved"; data: FilterData }
  | { type: "filter.deleted"; data: { id: number; account_id: number } }

export function filterStream(id: number): string {
  return `filter:${id}`
}

export const filterEvents: EventTypes<FilterEvent> = {
  "filter.saved": {
    version: 1,
    apply: async (db, events) => {
      // Of several of one filter the last: one statement cannot write a row twice.
      const last = new Map(events.map((event) => [event.data.id, event]))
      await sql`
        INSERT INTO filters (id, account_id, title, contexts, action, expires_at, keywords, posts)
        SELECT id, account_id, title, contexts, action, expires_at, keywords, posts
        FROM jsonb_to_recordset(${rowsOf([...last.values()])}::jsonb) AS e (id bigint, account_id bigint, title text,
          contexts text[], action text, expires_at timestamptz, keywords jsonb, posts jsonb)
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, contexts = excluded.contexts, action = excluded.action,
          expires_at = excluded.expires_at, keywords = excluded.keywords, posts = excluded.posts`.execute(db)
    },
  },
  "filter.deleted": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.deleteFrom("filters").where("id", "=", data.id).execute()
    },
  },
}
