// Streams notifications once they exist, in whichever process the consumer makes them. The follower of this process remembers
// the positions of events that may notify; as soon as the consumer's cursor has passed them, their rows are committed, and are
// read by position. So nothing depends on the order of ids that several processes issue, each row is streamed once per
// process, and none is missed. After making notifications the consumer wakes the readers of all processes; should that
// wake-up get lost, the readers look by themselves each second.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { StoredEvent } from "../../events/event.ts"
import type { NotificationHiding } from "../notifications/notification-hiding.ts"
import type { NotificationStore } from "../notifications/notification-store.ts"
import type { NotificationViews } from "../notifications/notification-views.ts"
import { NOTIFICATIONS_CONSUMER } from "../notifications/notifications-consumer.ts"
import type { StreamHub } from "./stream-hub.ts"

const NOTIFYING = new Set([
  "post.created",
  "post.edited",
  "post.liked",
  "post.reposted",
  "follow.created",
  "follow_request.created",
  "poll.ended",
])

/** Positions kept while the consumer is behind; beyond that the oldest are given up, and clients see them when they list. */
const MAX_WAITING = 20_000

interface Waiting {
  readonly position: number
  readonly transactionId: bigint
}

export interface NotificationTail {
  /** Events that this process has just seen. */
  remember(events: readonly StoredEvent[]): void
  /** Streams what the consumer has made of the remembered events by now. */
  deliver(): Promise<void>
}

export interface NotificationTailDeps extends Pick<Core, "db" | "log"> {
  readonly hub: StreamHub
  readonly store: Pick<NotificationStore, "find">
  readonly views: Pick<NotificationViews, "json">
  readonly hiding: Pick<NotificationHiding, "shown">
}

export function createNotificationTail(deps: NotificationTailDeps): NotificationTail {
  const { db, hub, store, views, hiding, log } = deps
  let waiting: Waiting[] = []

  /** Which of the waiting events the consumer has passed. */
  async function findPassed(): Promise<Waiting[]> {
    const found = await sql<{ transaction_id: string; position: number }>`
      SELECT transaction_id, position FROM consumer_cursors WHERE name = ${NOTIFICATIONS_CONSUMER}`.execute(
      db,
    )
    const cursor = found.rows[0]
    if (!cursor) return []
    const at = BigInt(cursor.transaction_id)
    return waiting.filter(
      (event) =>
        event.transactionId < at || (event.transactionId === at && event.position <= cursor.position),
    )
  }

  async function findMade(events: readonly Waiting[]): Promise<{ accountId: number; payloads: string[] }[]> {
    const accounts = hub.accounts("notifications")
    if (events.length === 0 || accounts.length === 0) return []
    const found = await sql<{ account_id: number; ids: number[] }>`
      SELECT account_id, array_agg(id) AS ids FROM notifications
      WHERE event_position = ANY(${events.map((event) => event.position)}::bigint[])
        AND account_id = ANY(${accounts}::bigint[])
      GROUP BY account_id`.execute(db)
    const made: { accountId: number; payloads: string[] }[] = []
    for (const { account_id: accountId, ids } of found.rows) {
      const rows = await hiding.shown(accountId, await store.find(accountId, ids))
      const shown = await views.json(accountId, rows)
      made.push({ accountId, payloads: shown.toReversed().map((one) => JSON.stringify(one.json)) })
    }
    return made
  }

  return {
    remember(events) {
      if (hub.accounts("notifications").length === 0) {
        waiting = []
        return
      }
      for (const event of events) {
        if (!NOTIFYING.has(event.type)) continue
        waiting.push({ position: event.position, transactionId: BigInt(event.transactionId) })
      }
      if (waiting.length > MAX_WAITING) {
        log.warn({ waiting: waiting.length }, "notifications are far behind; the oldest are not streamed")
        waiting = waiting.slice(-MAX_WAITING)
      }
    },
    async deliver() {
      if (waiting.length === 0) return
      const passed = new Set(await findPassed())
      const made = await findMade([...passed])
      // Only now that nothing can fail any more, so that a failure is tried again and nothing is sent twice.
      waiting = waiting.filter((event) => !passed.has(event))
      for (const { accountId, payloads } of made) {
        for (const payload of payloads) {
          hub.publish({ kind: "notifications", key: accountId }, "notification", payload)
        }
      }
    },
  }
}
