// SQL of Web Push subscriptions, one a token, and of the notifications on their way to them.

import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Database } from "../../db/schema.ts"
import { transact } from "../../db/transact.ts"

export type PushSubscription = Selectable<Database["push_subscriptions"]>

export interface NewPushSubscription {
  readonly tokenId: number
  readonly accountId: number
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
  readonly standard: boolean
  readonly alerts: readonly string[]
  readonly policy: string
  /** Null where the token itself did not come here (see push-tokens.ts). */
  readonly sealedToken: Buffer | null
}

/** Notifications that may wait for one subscription; later ones are not pushed until it takes some. */
const MAX_WAITING = 200

export type PushSubscriptionStore = ReturnType<typeof createPushSubscriptionStore>

export function createPushSubscriptionStore({ db, nextId, clock }: Pick<Core, "db" | "nextId" | "clock">) {
  const now = (): Date => new Date(clock.now())
  return {
    /** Subscribes; what the token subscribed to before is replaced. */
    async save(subscription: NewPushSubscription): Promise<PushSubscription> {
      const at = now()
      return transact(db, async (tx) => {
        await removeByToken(tx, subscription.tokenId)
        return tx
          .insertInto("push_subscriptions")
          .values({
            id: nextId(),
            token_id: subscription.tokenId,
            account_id: subscription.accountId,
            endpoint: subscription.endpoint,
            p256dh: subscription.p256dh,
            auth: subscription.auth,
            standard: subscription.standard,
            alerts: [...subscription.alerts],
            policy: subscription.policy,
            sealed_token: subscription.sealedToken,
            rests_until: null,
            created_at: at,
            updated_at: at,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
      })
    },
    find: (tokenId: number): Promise<PushSubscription | undefined> =>
      db.selectFrom("push_subscriptions").selectAll().where("token_id", "=", tokenId).executeTakeFirst(),
    change: (
      tokenId: number,
      changes: { alerts: readonly string[]; policy: string | undefined },
    ): Promise<PushSubscription | undefined> =>
      db
        .updateTable("push_subscriptions")
        .set({
          alerts: [...changes.alerts],
          ...(changes.policy === undefined ? {} : { policy: changes.policy }),
          updated_at: now(),
        })
        .where("token_id", "=", tokenId)
        .returningAll()
        .executeTakeFirst(),
    removeByToken: (tokenId: number) => removeByToken(db, tokenId),
    async remove(id: number): Promise<void> {
      await sql`DELETE FROM push_deliveries WHERE subscription_id = ${id}`.execute(db)
      await sql`DELETE FROM push_subscriptions WHERE id = ${id}`.execute(db)
    },
    /**
     * Puts notifications on their way to whoever subscribed to such, by the subscription's policy. To be called in the
     * transaction that makes them. Gives how many.
     */
    async enqueue(tx: Db, notificationIds: readonly number[]): Promise<number> {
      const made = await sql`
        INSERT INTO push_deliveries (notification_id, subscription_id, due_at, created_at)
        SELECT n.id, s.id, ${now()}, ${now()} FROM notifications n
          JOIN push_subscriptions s ON s.account_id = n.account_id AND n.type = ANY(s.alerts)
          JOIN oauth_tokens t ON t.id = s.token_id AND t.revoked_at IS NULL
        WHERE n.id = ANY(${[...notificationIds]}::bigint[])
          AND CASE s.policy
            WHEN 'all' THEN true
            WHEN 'followed' THEN EXISTS (SELECT 1 FROM follows f
              WHERE f.follower_id = n.account_id AND f.followee_id = n.from_account_id)
            WHEN 'follower' THEN EXISTS (SELECT 1 FROM follows f
              WHERE f.follower_id = n.from_account_id AND f.followee_id = n.account_id)
            ELSE false END
          AND (SELECT count(*) FROM (SELECT 1 FROM push_deliveries d WHERE d.subscription_id = s.id
            LIMIT ${MAX_WAITING}) waiting) < ${MAX_WAITING}
        ON CONFLICT DO NOTHING`.execute(tx)
      return Number(made.numAffectedRows ?? 0n)
    },
  }
}

async function removeByToken(db: Db, tokenId: number): Promise<void> {
  await sql`DELETE FROM push_deliveries d USING push_subscriptions s
    WHERE s.token_id = ${tokenId} AND d.subscription_id = s.id`.execute(db)
  await sql`DELETE FROM push_subscriptions WHERE token_id = ${tokenId}`.execute(db)
}
