// Notifications with all that is shown of them, for the member whom they are for: a statement for the accounts and two for the
// posts, whatever their number.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { createReportStore } from "../reports/report-store.ts"
import type { NotificationSubjects } from "./notification-json.ts"
import { notificationJson } from "./notification-json.ts"
import type { NotificationRow } from "./notification-store.ts"

export type NotificationViews = ReturnType<typeof createNotificationViews>

export function createNotificationViews(deps: Pick<Core, "db" | "posts" | "urls" | "emojis" | "clock">) {
  const reportStore = createReportStore(deps)

  async function subjects(
    recipientId: number,
    ids: { accounts: readonly number[]; posts: readonly number[]; reports?: readonly number[] },
  ): Promise<NotificationSubjects> {
    const reports = await reportStore.find([...new Set(ids.reports ?? [])])
    const people = [...ids.accounts, ...reports.map((report) => report.target_id)]
    const [accounts, posts] = await Promise.all([
      deps.db
        .selectFrom("accounts")
        .selectAll()
        .where("id", "=", sql<number>`ANY(${[...new Set(people)]}::bigint[])`)
        .execute(),
      deps.posts.load([...new Set(ids.posts)], recipientId),
    ])
    return {
      accounts: new Map(accounts.map((account) => [account.id, account])),
      posts: new Map(posts.map((post) => [post.id, post])),
      reports: new Map(reports.map((report) => [report.id, report])),
    }
  }

  return {
    subjects,
    /** Notifications of one member as JSON, in the order of the rows. */
    async json(
      recipientId: number,
      rows: readonly NotificationRow[],
    ): Promise<{ id: number; json: object }[]> {
      if (rows.length === 0) return []
      const found = await subjects(recipientId, {
        accounts: rows.map((row) => row.from_account_id),
        posts: rows.flatMap((row) => row.post_id ?? []),
        reports: rows.flatMap((row) => row.report_id ?? []),
      })
      const context = { ...deps, viewerId: recipientId, now: deps.clock.now() }
      return rows.flatMap((row) => {
        const json = notificationJson(row, found, context)
        return json ? [{ id: row.id, json }] : []
      })
    },
  }
}
