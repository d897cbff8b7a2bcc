// Notifications one by one: the SQL of lists, counts and dismissals. Every read applies the rules of notification-rules.ts, so
// that a page is never short while there is more, and nothing is shown whose post is gone.

import type { Id } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { NotificationType } from "./group-key.ts"
import { mayBeShown } from "./notification-rules.ts"

export interface NotificationRow {
  readonly id: Id
  readonly account_id: Id
  readonly type: NotificationType
  readonly from_account_id: Id
  readonly post_id: Id | null
  /** Of `admin.report`. */
  readonly report_id: Id | null
  readonly group_key: string
  readonly created_at: Date
}

/** Which notifications a client wants. Names of types that Aviary does not have match nothing. */
export interface NotificationFilter {
  /** Only these; empty: all. */
  readonly types: readonly string[]
  readonly exclude_types: readonly string[]
  /** Only from this account. */
  readonly account_id: Id | undefined
}

export const EVERYTHING: NotificationFilter = { types: [], exclude_types: [], account_id: undefined }

/** `FROM … WHERE …` of the notifications `n` that a member may be shown, with their posts `p`. */
export function shownFrom(recipientId: Id, filter: NotificationFilter, now: Date): RawBuilder<unknown> {
  const types = filter.types.length > 0 ? sql` AND n.type = ANY(${[...filter.types]}::text[])` : sql``
  const excluded =
    filter.exclude_types.length > 0 ? sql` AND n.type <> ALL(${[...filter.exclude_types]}::text[])` : sql``
  const from = filter.account_id === undefined ? sql`` : sql` AND n.from_account_id = ${filter.account_id}`
  return sql`FROM notifications n LEFT JOIN posts p ON p.id = n.post_id
    WHERE n.account_id = ${recipientId} AND NOT n.held${types}${excluded}${from} AND ${mayBeShown(recipientId, now)}`
}

/** Where the member has read up to, as a subquery; 0 when nowhere. */
export function readUpTo(recipientId: Id): RawBuilder<number> {
  return sql<number>`coalesce((SELECT last_read_id FROM markers
    WHERE account_id = ${recipientId} AND timeline = 'notifications'), 0)`
}

export type NotificationStore = ReturnType<typeof createNotificationStore>

export function createNotificationStore({ db, clock }: Pick<Core, "db" | "clock">) {
  const columns = sql`n.id, n.account_id, n.type, n.from_account_id, n.post_id, n.report_id, n.group_key, n.created_at`
  const now = (): Date => new Date(clock.now())

  return {
    async list(recipientId: Id, filter: NotificationFilter, page: Page): Promise<NotificationRow[]> {
      const found = await sql<NotificationRow>`SELECT ${columns} ${shownFrom(recipientId, filter, now())}
        ${pageCondition(sql`n.id`, page)} ORDER BY n.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    /** Those of `ids` that the member may be shown, newest first. */
    async find(recipientId: Id, ids: readonly Id[]): Promise<NotificationRow[]> {
      if (ids.length === 0) return []
      const found = await sql<NotificationRow>`SELECT ${columns} ${shownFrom(recipientId, EVERYTHING, now())}
        AND n.id = ANY(${[...ids]}::bigint[]) ORDER BY n.id DESC`.execute(db)
      return found.rows
    },
    /** Unread ones, newest first. */
    async unread(recipientId: Id, filter: NotificationFilter, limit: number): Promise<NotificationRow[]> {
      const found = await sql<NotificationRow>`SELECT ${columns} ${shownFrom(recipientId, filter, now())}
        AND n.id > ${readUpTo(recipientId)} ORDER BY n.id DESC LIMIT ${limit}`.execute(db)
      return found.rows
    },
    /** How many are unread, at most `limit`. */
    async countUnread(recipientId: Id, filter: NotificationFilter, limit: number): Promise<number> {
      const found = await sql<{ count: number }>`SELECT count(*) AS count FROM (
        SELECT 1 ${shownFrom(recipientId, filter, now())} AND n.id > ${readUpTo(recipientId)} LIMIT ${limit}) unread`.execute(
        db,
      )
      return found.rows[0]?.count ?? 0
    },
    /** Whether there was one to dismiss. */
    async dismiss(recipientId: Id, id: Id): Promise<boolean> {
      const gone =
        await sql`DELETE FROM notifications WHERE id = ${id} AND account_id = ${recipientId}`.execute(db)
      return gone.numAffectedRows === 1n
    },
    async clear(recipientId: Id): Promise<void> {
      await sql`DELETE FROM notifications WHERE account_id = ${recipientId}`.execute(db)
    },
  }
}
