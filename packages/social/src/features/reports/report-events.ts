// What members report to the staff and what becomes of it: the events, and their inline projection into `reports`. Each report
// has a stream of its own, and who of the staff did what to it stands in the log.

import { sql } from "kysely"
import type { EventTypes } from "../../events/projection.ts"
import { rowsOf } from "../../events/projection.ts"

export const REPORT_CATEGORIES = ["spam", "legal", "violation", "other"] as const
export type ReportCategory = (typeof REPORT_CATEGORIES)[number]

/** A rule in the words that it had when the report was made: the owner may rewrite and reorder them. */
export interface ReportedRule {
  readonly id: string
  readonly text: string
}

export type ReportEvent =
  | {
      type: "report.created"
      data: {
        id: number
        account_id: number
        target_id: number
        category: ReportCategory
        /** Plain text. Blanked when the account of who wrote it is deleted. */
        comment: string
        post_ids: readonly number[]
        rules: readonly ReportedRule[]
      }
    }
  /** Null: nobody looks after it any more. */
  | { type: "report.assigned"; data: { id: number; assigned_id: number | null } }
  | { type: "report.resolved"; data: { id: number; resolved_by: number } }
  | { type: "report.reopened"; data: { id: number } }
  | { type: "report.comment_removed"; data: { id: number } }

export function reportStream(id: number): string {
  return `report:${id}`
}

export const reportEvents: EventTypes<ReportEvent> = {
  "report.created": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        INSERT INTO reports (id, account_id, target_id, category, comment, post_ids, rules, created_at, updated_at)
        SELECT id, account_id, target_id, category, comment,
          ARRAY(SELECT value::bigint FROM jsonb_array_elements_text(post_ids) WITH ORDINALITY AS p (value, place) ORDER BY place),
          rules, at, at
        FROM jsonb_to_recordset(${rowsOf(events)}::jsonb) AS e (id bigint, account_id bigint, target_id bigint,
          category text, comment text, post_ids jsonb, rules jsonb, at timestamptz)`.execute(db)
    },
  },
  "report.assigned": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db
          .updateTable("reports")
          .set({ assigned_id: data.assigned_id, updated_at: occurredAt })
          .where("id", "=", data.id)
          .execute()
      }
    },
  },
  "report.resolved": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db
          .updateTable("reports")
          .set({ resolved_at: occurredAt, resolved_by: data.resolved_by, updated_at: occurredAt })
          .where("id", "=", data.id)
          .execute()
      }
    },
  },
  "report.reopened": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db
          .updateTable("reports")
          .set({ resolved_at: null, resolved_by: null, updated_at: occurredAt })
          .where("id", "=", data.id)
          .execute()
      }
    },
  },
  "report.comment_removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db.updateTable("reports").set({ comment: "" }).where("id", "=", data.id).execute()
      }
    },
  },
}
