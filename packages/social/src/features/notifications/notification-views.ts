// Notifications with all that is shown of them, for the member whom they are for: a statement for the accounts and two for the
// posts, whatever their number.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { NotificationSubjects } from "./notification-json.ts"
import { notificationJson } from "./notification-json.ts"
import type { NotificationRow } from "./notification-store.ts"

export type NotificationViews = ReturnType<typeof createNotificationViews>

export function createNotificationViews(deps: Pick<Core, "db" | "posts" | "urls" | "emojis" | "clock">) {
  async function subjects(
    recipientId: number,
    ids: { accounts: readonly number[]; posts: readonly number[] },
  ): Promise<NotificationSubjects> {
    const [accounts, posts] = await Promise.all([
      deps.db
        .selectFrom("accounts")
        .selectAll()
        .where("id", "=", sql<number>`ANY(${[...new Set(ids.accounts)]}::bigint[])`)
        .execute(),
      deps.posts.load([...new Set(ids.posts)], recipientId),
    ])
    return {
      accounts: new Map(accounts.map((account) => [account.id, account])),
      posts: new Map(posts.map((post) => [post.id, post])),
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
      })
      const context = { ...deps, viewerId: recipientId, now: deps.clock.now() }
      return rows.flatMap((row) => {
        const json = notificationJson(row, found, context)
        return json ? [{ id: row.id, json }] : []
      })
    },
  }
}
