// Which notifications a member takes at once, which wait for its word, and which are never made; and the accounts whose
// notifications wait. State of the member's own, no history of the network.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import { transact } from "../../db/transact.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import { mayBeShown } from "./notification-rules.ts"

export const policyAnswers = ["accept", "filter", "drop"] as const
export type PolicyAnswer = (typeof policyAnswers)[number]

/** Whose notifications are treated in another way; nobody is limited here. */
export const policyKinds = [
  "for_not_following",
  "for_not_followers",
  "for_new_accounts",
  "for_private_mentions",
  "for_limited_accounts",
] as const
export type NotificationPolicy = Readonly<Record<(typeof policyKinds)[number], PolicyAnswer>>

/** An account whose notifications wait; its id is that of the account. */
export interface NotificationRequest {
  readonly from_account_id: number
  readonly count: number
  readonly first_at: Date
  readonly last_at: Date
  readonly last_post_id: number | null
}

const ACCEPT_ALL: NotificationPolicy = {
  for_not_following: "accept",
  for_not_followers: "accept",
  for_new_accounts: "accept",
  for_private_mentions: "accept",
  for_limited_accounts: "accept",
}
/** As Mastodon: an account is new for thirty days. */
const NEW_FOR_DAYS = 30

/**
 * What a candidate `n` (with its post `p`) gets: "accept", "filter" or "drop", by its recipient's policy; the severest that
 * applies. Whom the recipient has said yes to is always accepted.
 */
export function policyOf(now: Date): RawBuilder<PolicyAnswer> {
  const isNew = new Date(now.getTime() - NEW_FOR_DAYS * 86_400_000)
  const follows = sql`EXISTS (SELECT 1 FROM follows f
    WHERE f.follower_id = n.account_id AND f.followee_id = n.from_account_id)`
  const followed = sql`EXISTS (SELECT 1 FROM follows f
    WHERE f.follower_id = n.from_account_id AND f.followee_id = n.account_id)`
  // A direct answer to the member's own post was asked for.
  const privateMention = sql`(n.type = 'mention' AND p.visibility = 'direct' AND NOT ${follows}
    AND p.reply_to_account_id IS DISTINCT FROM n.account_id)`
  return sql<PolicyAnswer>`coalesce((SELECT CASE
      WHEN 'drop' = ANY(answers) THEN 'drop' WHEN 'filter' = ANY(answers) THEN 'filter' ELSE 'accept' END
    FROM (SELECT ARRAY[
        CASE WHEN NOT ${follows} THEN y.for_not_following END,
        CASE WHEN NOT ${followed} AND n.type NOT IN ('follow', 'follow_request') THEN y.for_not_followers END,
        CASE WHEN ${privateMention} THEN y.for_private_mentions END,
        CASE WHEN NOT ${follows} AND EXISTS (SELECT 1 FROM accounts c WHERE c.id = n.from_account_id
          AND c.created_at > ${isNew}) THEN y.for_new_accounts END] AS answers
      FROM notification_policies y
      WHERE y.account_id = n.account_id AND n.from_account_id <> n.account_id AND n.type NOT IN ('poll', 'admin.sign_up', 'admin.report')
        AND NOT EXISTS (SELECT 1 FROM notification_permissions o
          WHERE o.account_id = n.account_id AND o.from_account_id = n.from_account_id)) asked), 'accept')`
}

export type NotificationPolicies = ReturnType<typeof createNotificationPolicies>

export function createNotificationPolicies({ db, clock }: Pick<Core, "db" | "clock">) {
  /** `FROM … WHERE …` of the held notifications that may be shown. */
  const heldFrom = (recipientId: number) => sql`FROM notifications n LEFT JOIN posts p ON p.id = n.post_id
    WHERE n.account_id = ${recipientId} AND n.held AND ${mayBeShown(recipientId, new Date(clock.now()))}`

  const requests = (recipientId: number, condition: RawBuilder<unknown>) => sql`
    SELECT n.from_account_id, count(*) AS count, min(n.created_at) AS first_at, max(n.created_at) AS last_at,
      (array_agg(n.post_id ORDER BY n.id DESC) FILTER (WHERE n.post_id IS NOT NULL))[1] AS last_post_id
    ${heldFrom(recipientId)}${condition} GROUP BY n.from_account_id`

  return {
    async of(recipientId: number): Promise<NotificationPolicy> {
      const row = await db
        .selectFrom("notification_policies")
        .select(policyKinds)
        .where("account_id", "=", recipientId)
        .executeTakeFirst()
      return row ? (row as NotificationPolicy) : ACCEPT_ALL
    },
    /** What is left out stays. */
    async change(recipientId: number, changes: Partial<NotificationPolicy>): Promise<void> {
      await db
        .insertInto("notification_policies")
        .values({ account_id: recipientId, ...changes })
        .onConflict((conflict) =>
          Object.keys(changes).length === 0
            ? conflict.doNothing()
            : conflict.column("account_id").doUpdateSet(changes),
        )
        .execute()
    },
    async pending(recipientId: number): Promise<{ requests: number; notifications: number }> {
      const found = await sql<{ requests: number; notifications: number }>`
        SELECT count(DISTINCT n.from_account_id) AS requests, count(*) AS notifications ${heldFrom(recipientId)}`.execute(
        db,
      )
      return found.rows[0] ?? { requests: 0, notifications: 0 }
    },
    /** Paged by the ids of the accounts. */
    async requests(recipientId: number, page: Page): Promise<NotificationRequest[]> {
      const found = await sql<NotificationRequest>`
        ${requests(recipientId, pageCondition(sql`n.from_account_id`, page))}
        ORDER BY n.from_account_id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    /** Fails with `record.not_found`. */
    async require(recipientId: number, fromId: number): Promise<NotificationRequest> {
      const found = await sql<NotificationRequest>`${requests(recipientId, sql` AND n.from_account_id = ${fromId}`)}`.execute(db) // prettier-ignore
      const [request] = found.rows
      if (!request) throw new AppError("record.not_found")
      return request
    },
    /** Says yes to accounts: what waits of them is shown, and what comes is accepted. */
    async accept(recipientId: number, fromIds: readonly number[]): Promise<void> {
      const ids = [...new Set(fromIds)]
      await transact(db, async (tx) => {
        await sql`INSERT INTO notification_permissions (account_id, from_account_id)
          SELECT ${recipientId}::bigint, id FROM accounts WHERE id = ANY(${ids}::bigint[]) ON CONFLICT DO NOTHING`.execute(
          tx,
        )
        await sql`UPDATE notifications SET held = false
          WHERE account_id = ${recipientId} AND held AND from_account_id = ANY(${ids}::bigint[])`.execute(tx)
      })
    },
    /** Throws away what waits of accounts; what comes next waits again. */
    async dismiss(recipientId: number, fromIds: readonly number[]): Promise<void> {
      await sql`DELETE FROM notifications
        WHERE account_id = ${recipientId} AND held AND from_account_id = ANY(${[...fromIds]}::bigint[])`.execute(
        db,
      )
    },
  }
}
