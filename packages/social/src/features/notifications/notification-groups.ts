// Notifications in groups, as the second version of the API shows them: the SQL that walks a page of groups and sums each up.
// A page is a range of notifications; a group stands in it once, and again on a later page when it has older ones there.
// Source: Mastodon's app/models/concerns/notification/groups.rb.

import type { Id } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder } from "../../http/page.ts"
import type { NotificationType } from "./group-key.ts"
import { ungroupedId, ungroupedKey } from "./group-key.ts"
import type { NotificationFilter, NotificationRow, NotificationStore } from "./notification-store.ts"
import { EVERYTHING, readUpTo, shownFrom } from "./notification-store.ts"

export interface NotificationGroup {
  readonly key: string
  readonly type: NotificationType
  readonly post_id: Id | null
  readonly report_id: Id | null
  readonly count: number
  readonly newest: Id
  readonly newest_at: Date
  /** The oldest and newest of the group on this page. */
  readonly page_min: Id
  readonly page_max: Id
  /** Who is behind it, newest first, at most `SAMPLE`. */
  readonly account_ids: readonly Id[]
}

export interface GroupPage {
  readonly groups: readonly NotificationGroup[]
  readonly newest: Id | undefined
  readonly oldest: Id | undefined
  readonly full: boolean
}

export interface GroupFilter extends NotificationFilter {
  /** The types that are grouped; others stand alone. */
  readonly grouped_types: readonly string[]
}

const SAMPLE = 8
/** Unread notifications looked at to count their groups. */
const COUNTED = 5_000

export type NotificationGroups = ReturnType<typeof createNotificationGroups>

export function createNotificationGroups(deps: Pick<Core, "db" | "clock"> & { store: NotificationStore }) {
  const { db, clock, store } = deps
  const now = (): Date => new Date(clock.now())

  function keyOf(grouped: readonly string[]) {
    return sql<string>`CASE WHEN n.type = ANY(${[...grouped]}::text[]) THEN n.group_key ELSE 'ungrouped-' || n.id END`
  }

  /** One notification of each group of a page, in the order in which the page is read. */
  async function walk(recipientId: Id, filter: GroupFilter, page: Page): Promise<{ id: Id; key: string }[]> {
    const key = keyOf(filter.grouped_types)
    const shown = sql`${shownFrom(recipientId, filter, now())} ${pageCondition(sql`n.id`, page)}`
    const order = pageOrder(page)
    const further = page.min_id === undefined ? sql`<` : sql`>`
    const found = await sql<{ id: Id; key: string }>`
      WITH RECURSIVE walk AS (
        (SELECT n.id, ${key} AS key, ARRAY[${key}] AS seen, 1 AS length ${shown} ORDER BY n.id ${order} LIMIT 1)
        UNION ALL
        SELECT next.id, next.key, walk.seen || next.key, walk.length + 1
        FROM walk CROSS JOIN LATERAL (
          SELECT n.id, ${key} AS key ${shown} AND n.id ${further} walk.id AND ${key} <> ALL(walk.seen)
          ORDER BY n.id ${order} LIMIT 1) next
        WHERE walk.length < ${page.limit}::int)
      SELECT id, key FROM walk ORDER BY length`.execute(db)
    return found.rows
  }

  async function sumUp(
    recipientId: Id,
    filter: NotificationFilter,
    range: { keys: readonly string[]; lower: Id; upper: Id },
  ): Promise<NotificationGroup[]> {
    if (range.keys.length === 0) return []
    const found = await sql<NotificationGroup>`
      SELECT g.key, s.* FROM unnest(${[...range.keys]}::text[]) AS g (key) CROSS JOIN LATERAL (
        SELECT max(n.type) AS type, max(n.post_id) AS post_id, max(n.report_id) AS report_id, count(*) AS count, max(n.id) AS newest,
          max(n.created_at) AS newest_at, min(n.id) FILTER (WHERE n.id >= ${range.lower}::bigint) AS page_min,
          max(n.id) AS page_max, (array_agg(n.from_account_id ORDER BY n.id DESC))[1:${SAMPLE}::int] AS account_ids
        ${shownFrom(recipientId, filter, now())} AND n.group_key = g.key AND n.id <= ${range.upper}::bigint) s
      WHERE s.count > 0`.execute(db)
    return found.rows
  }

  async function groupsOf(
    recipientId: Id,
    filter: NotificationFilter,
    walked: { keys: readonly string[]; lower: Id; upper: Id },
  ): Promise<NotificationGroup[]> {
    const alone = walked.keys.flatMap((key) => ungroupedId(key) ?? [])
    const [groups, rows] = await Promise.all([
      sumUp(recipientId, filter, {
        ...walked,
        keys: walked.keys.filter((key) => ungroupedId(key) === undefined),
      }),
      store.find(recipientId, alone),
    ])
    return [...groups, ...rows.map(groupOfOne)].sort((a, b) => b.page_max - a.page_max)
  }

  return {
    async list(recipientId: Id, filter: GroupFilter, page: Page): Promise<GroupPage> {
      const walked = await walk(recipientId, filter, page)
      const upwards = page.min_id !== undefined
      const full = walked.length >= page.limit
      const last = walked.at(-1)?.id ?? 0
      const above = (page.max_id ?? Number.MAX_SAFE_INTEGER) - 1
      const groups = await groupsOf(recipientId, filter, {
        keys: walked.map((step) => step.key),
        lower: !upwards && full ? last : (page.min_id ?? page.since_id ?? -1) + 1,
        upper: upwards && full ? last : above,
      })
      const oldest = upwards
        ? groups.map((group) => group.page_min).sort((a, b) => a - b)[0]
        : last || undefined
      return { groups, newest: groups[0]?.page_max, oldest, full }
    },
    /** One group with all that it has; undefined when there is none under this key. */
    async find(recipientId: Id, key: string): Promise<NotificationGroup | undefined> {
      const all = { keys: [key], lower: 0, upper: Number.MAX_SAFE_INTEGER }
      return (await groupsOf(recipientId, EVERYTHING, all))[0]
    },
    /** The notifications of one group, a page at a time. */
    async members(recipientId: Id, key: string, page: Page): Promise<NotificationRow[]> {
      const alone = ungroupedId(key)
      if (alone !== undefined) return store.find(recipientId, [alone])
      const found = await sql<NotificationRow>`SELECT n.* ${shownFrom(recipientId, EVERYTHING, now())}
        AND n.group_key = ${key}${pageCondition(sql`n.id`, page)}
        ORDER BY n.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return page.min_id === undefined ? found.rows : found.rows.toReversed()
    },
    /** How many groups have something unread, at most `limit`. */
    async countUnread(recipientId: Id, filter: GroupFilter, limit: number): Promise<number> {
      const found = await sql<{
        count: number
      }>`SELECT least(count(DISTINCT key), ${limit}::int) AS count FROM (
        SELECT ${keyOf(filter.grouped_types)} AS key ${shownFrom(recipientId, filter, now())}
        AND n.id > ${readUpTo(recipientId)} ORDER BY n.id DESC LIMIT ${COUNTED}) unread`.execute(db)
      return found.rows[0]?.count ?? 0
    },
    /** Removes a group; one that is not there is as good as removed. */
    async dismiss(recipientId: Id, key: string): Promise<void> {
      const alone = ungroupedId(key)
      if (alone !== undefined) await store.dismiss(recipientId, alone)
      else {
        await sql`DELETE FROM notifications WHERE account_id = ${recipientId} AND group_key = ${key}`.execute(
          db,
        )
      }
    },
  }
}

function groupOfOne(row: NotificationRow): NotificationGroup {
  return {
    key: ungroupedKey(row.id),
    type: row.type,
    post_id: row.post_id,
    report_id: row.report_id,
    count: 1,
    newest: row.id,
    newest_at: row.created_at,
    page_min: row.id,
    page_max: row.id,
    account_ids: [row.from_account_id],
  }
}
