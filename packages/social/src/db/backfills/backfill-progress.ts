// How far each back-fill is, for the terminal and for the figures of every process.

import type { Metrics } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../database.ts"
import type { Backfill } from "./backfill.ts"

export interface BackfillProgress {
  readonly name: string
  readonly summary: string
  readonly state: "to do" | "begun" | "ended"
  /** Rows. */
  readonly done: number
  /** As it was counted at the beginning; 0 before it. */
  readonly total: number
}

export async function readBackfills(db: Db, backfills: readonly Backfill[]): Promise<BackfillProgress[]> {
  const found = await sql<{ name: string; done: number; total: number; ended: boolean }>`
    SELECT name, done, total, finished_at IS NOT NULL AS ended FROM backfill_progress`.execute(db)
  return backfills.map(({ name, summary }) => {
    const row = found.rows.find((one) => one.name === name)
    if (!row) return { name, summary, state: "to do", done: 0, total: 0 }
    return { name, summary, state: row.ended ? "ended" : "begun", done: row.done, total: row.total }
  })
}

export function observeBackfills(metrics: Metrics, deps: { db: Db; backfills: readonly Backfill[] }): void {
  metrics.gauges({
    name: "aviary_backfill_rows",
    help: "Rows that a back-fill has looked at, and that there were when it began.",
    labels: ["name", "which"],
    async collect(rows) {
      for (const { name, done, total } of await readBackfills(deps.db, deps.backfills)) {
        rows.with({ name, which: "done" }).set(done)
        rows.with({ name, which: "total" }).set(total)
      }
    },
  })
}
