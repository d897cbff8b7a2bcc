// Takes notifications that are on their way to push services and sends them, some at the same time. What is taken is leased: a
// process that dies loses nothing, and two processes do not send the same. What a service does not take now rests and is tried
// again, longer each time, for a day; a subscription that is gone, or never takes anything, is dropped.

import { createBulkhead, messageOf } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { NotificationStore } from "../notifications/notification-store.ts"
import { createTicker } from "../../ticker.ts"
import { pushMessage } from "./push-message.ts"
import type { PushSubscriptionStore } from "./push-subscription-store.ts"
import type { PushTokens } from "./push-tokens.ts"
import type { PushOutcome, SendPush } from "./send-push.ts"

const BATCH = 50
const CONCURRENT = 8
const EVERY_MS = 5_000
/** Longer than a whole batch can take. */
const LEASE_MS = 120_000
const KEPT_MS = 86_400_000
/** Milliseconds to rest after each failure of a subscription in a row. */
const RESTS_MS = [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000]
/** Failures in a row after which a subscription is given up: some days of them. */
const MAX_FAILURES = 60

export interface PushDeliveriesDeps extends Pick<Core, "db" | "clock" | "log" | "urls"> {
  readonly subscriptions: PushSubscriptionStore
  readonly notifications: Pick<NotificationStore, "find">
  readonly tokens: PushTokens
  readonly send: SendPush
}

interface Delivery {
  readonly notification_id: number
  readonly subscription_id: number
  readonly account_id: number
  readonly token_id: number
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
  readonly standard: boolean
  readonly sealed_token: Buffer | null
  readonly failures: number
  readonly locale: string | null
}

export interface PushDeliveries {
  /** Something was put on its way. */
  wake(): void
  readonly part: Part
}

export function createPushDeliveries(deps: PushDeliveriesDeps): PushDeliveries {
  const { db, clock, log, subscriptions } = deps
  const stopping = new AbortController()
  // One run at a time in this process; who comes while one waits is served by it.
  const turn = createBulkhead({ concurrent: 1, waiting: 1, refuse: () => new Error("one waits already") })
  let woken: Promise<void> = Promise.resolve()

  async function take(): Promise<Delivery[]> {
    const now = new Date(clock.now())
    const found = await sql<Delivery>`
      WITH due AS (
        SELECT d.subscription_id, d.notification_id FROM push_deliveries d
          JOIN push_subscriptions s ON s.id = d.subscription_id
        WHERE d.due_at <= ${now} AND (s.rests_until IS NULL OR s.rests_until <= ${now})
        ORDER BY d.due_at LIMIT ${BATCH} FOR UPDATE OF d SKIP LOCKED
      ), taken AS (
        UPDATE push_deliveries d SET due_at = ${new Date(clock.now() + LEASE_MS)}, attempts = attempts + 1 FROM due
        WHERE d.subscription_id = due.subscription_id AND d.notification_id = due.notification_id
        RETURNING d.subscription_id, d.notification_id
      )
      SELECT taken.notification_id, taken.subscription_id, s.account_id, s.token_id, s.endpoint, s.p256dh, s.auth,
        s.standard, s.sealed_token, s.failures, p.preferences->>'locale' AS locale
      FROM taken JOIN push_subscriptions s ON s.id = taken.subscription_id
        LEFT JOIN member_preferences p ON p.account_id = s.account_id`.execute(db)
    return found.rows
  }

  async function composeMessage(delivery: Delivery): Promise<string | undefined> {
    const [row] = await deps.notifications.find(delivery.account_id, [delivery.notification_id])
    if (!row) return undefined
    const found = await sql<{ username: string; name: string; avatar: string | null; text: string | null; spoiler: string | null }>`
      SELECT a.username, a.display_name AS name, a.avatar, p.text, p.spoiler_text AS spoiler
      FROM accounts a LEFT JOIN posts p ON p.id = ${row.post_id}::bigint
      WHERE a.id = ${row.from_account_id} AND a.suspended_at IS NULL`.execute(db) // prettier-ignore
    const subject = found.rows[0]
    if (!subject) return undefined
    const accessToken =
      delivery.sealed_token === null
        ? ""
        : await deps.tokens.open(delivery.sealed_token, delivery.token_id).catch((error: unknown) => {
            log.warn(
              { error: messageOf(error) },
              "a push token cannot be opened; is `auth.secretKey` another?",
            )
            return ""
          })
    return pushMessage(
      {
        id: row.id,
        type: row.type,
        from: { username: subject.username, displayName: subject.name, avatar: subject.avatar },
        post:
          row.post_id === null ? undefined : { text: subject.text ?? "", spoilerText: subject.spoiler ?? "" },
      },
      { urls: deps.urls, accessToken, locale: delivery.locale ?? "en" },
    )
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const message = await composeMessage(delivery)
    // What it speaks of is gone, or is no longer for the member to see.
    if (message === undefined) return drop(delivery)
    await settle(delivery, await deps.send(delivery, message))
  }

  async function settle(delivery: Delivery, outcome: PushOutcome): Promise<void> {
    switch (outcome.kind) {
      case "sent":
        await drop(delivery)
        if (delivery.failures > 0) await rest(delivery, { failures: 0, ms: 0 })
        return
      case "gone":
        return subscriptions.remove(delivery.subscription_id)
      case "refused":
        log.info({ subscription: delivery.subscription_id, reason: outcome.reason }, "a push was refused")
        await drop(delivery)
        return fail(delivery, undefined)
      case "later":
        log.info({ subscription: delivery.subscription_id, reason: outcome.reason }, "a push must wait")
        return fail(delivery, outcome.afterMs)
    }
  }

  async function fail(delivery: Delivery, afterMs: number | undefined): Promise<void> {
    const failures = delivery.failures + 1
    if (failures >= MAX_FAILURES) return subscriptions.remove(delivery.subscription_id)
    const ms = Math.max(afterMs ?? 0, RESTS_MS[Math.min(failures, RESTS_MS.length) - 1] ?? 0)
    await rest(delivery, { failures, ms })
  }

  /** Nothing is sent to a subscription for a while; what it has not taken yet is due again afterwards. */
  async function rest(delivery: Delivery, state: { failures: number; ms: number }): Promise<void> {
    const until = new Date(clock.now() + state.ms)
    await sql`UPDATE push_subscriptions SET failures = ${state.failures}, rests_until = ${until}
      WHERE id = ${delivery.subscription_id}`.execute(db)
    await sql`UPDATE push_deliveries SET due_at = ${until} WHERE subscription_id = ${delivery.subscription_id}
      AND notification_id = ${delivery.notification_id}`.execute(db)
  }

  async function drop({ subscription_id: subscription, notification_id: id }: Delivery): Promise<void> {
    await sql`DELETE FROM push_deliveries
      WHERE subscription_id = ${subscription} AND notification_id = ${id}`.execute(db)
  }

  async function forgetOld(): Promise<void> {
    await sql`DELETE FROM push_deliveries d WHERE created_at < ${new Date(clock.now() - KEPT_MS)}
      OR NOT EXISTS (SELECT 1 FROM push_subscriptions s WHERE s.id = d.subscription_id)`.execute(db)
    await sql`DELETE FROM push_subscriptions s USING oauth_tokens t
      WHERE t.id = s.token_id AND t.revoked_at IS NOT NULL`.execute(db)
  }

  async function sendDue(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      if (signal?.aborted || stopping.signal.aborted) return
      const taken = await take()
      if (taken.length === 0) return
      const queue = [...taken]
      const worker = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          await deliver(next).catch((error: unknown) =>
            log.warn({ error: messageOf(error) }, "a push failed; it will be tried again"),
          )
        }
      }
      await Promise.all(Array.from({ length: CONCURRENT }, worker))
    }
  }

  const run = (signal?: AbortSignal): Promise<void> => turn.run(() => sendDue(signal))
  const ticker = createTicker({
    ...deps,
    name: "push",
    everyMs: EVERY_MS,
    async run(signal) {
      await forgetOld()
      await run(signal).catch(ignoreRefusal)
    },
  })

  function ignoreRefusal(error: unknown): void {
    // Somebody waits to do it already.
    log.debug({ error: messageOf(error) }, "push: no run of its own")
  }

  return {
    wake() {
      woken = run(stopping.signal).catch(ignoreRefusal)
    },
    part: {
      name: "push",
      start: () => ticker.start(),
      async stop(signal) {
        stopping.abort()
        await ticker.stop(signal)
        await woken
      },
    },
  }
}
