// What of a member's notifications its filters leave out: those of posts that it would be told of for their words, mentions and
// new posts of those whom it follows closely. What others did with its own posts is never left out.

import type { Core } from "../../core.ts"
import type { Page, PageEnds } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import { fillPage } from "../filters/fill-page.ts"
import type { HidePosts } from "../filters/hide-posts.ts"
import type { NotificationFilter, NotificationStore } from "./notification-store.ts"

/** A notification, or a group of them. */
interface Shown {
  readonly type: string
  readonly post_id: number | null
}

export interface NotificationHiding {
  /** Those of the rows that are not left out, for live streams. */
  shown<T extends Shown>(recipientId: number, rows: readonly T[]): Promise<readonly T[]>
  /** A page of rows without those that are left out. `isWhole`: nothing was, and the page is the first that was read. */
  fill<T extends Shown>(
    recipientId: number,
    page: Page,
    of: { read: (page: Page) => Promise<readonly T[]>; cursor: (row: T) => number },
  ): Promise<{ rows: readonly T[]; ends: PageEnds; isWhole: boolean }>
  /** How many unread ones, or groups of them, are shown; at most `limit`. `count` counts with those that are left out. */
  countUnread(
    recipientId: number,
    filter: NotificationFilter,
    of: { limit: number; count: (limit: number) => Promise<number> },
  ): Promise<number>
}

const FILTERED_TYPES = ["mention", "status"]
/** Unread notifications that are looked through at most. */
const MOST_UNREAD = 1_000

export function createNotificationHiding(
  deps: Pick<Core, "reading"> & { hide: HidePosts; store: Pick<NotificationStore, "unread"> },
): NotificationHiding {
  const { hide, reading, store } = deps
  const hidesOf = (recipientId: number) =>
    hide.of(recipientId, "notifications", reading.isCurrent(recipientId))

  const filteredPost = ({ type, post_id }: Shown): number | undefined =>
    FILTERED_TYPES.includes(type) ? (post_id ?? undefined) : undefined

  async function without<T extends Shown>(
    rows: readonly T[],
    hides: Awaited<ReturnType<typeof hidesOf>>,
  ): Promise<readonly T[]> {
    if (!hides) return rows
    const ids = [...new Set(rows.flatMap((row) => filteredPost(row) ?? []))]
    const left = new Set(await hide.without(ids, hides))
    return rows.filter((row) => {
      const id = filteredPost(row)
      return id === undefined || left.has(id)
    })
  }

  return {
    shown: async (recipientId, rows) => without(rows, await hidesOf(recipientId)),
    async fill(recipientId, page, { read, cursor }) {
      const hides = await hidesOf(recipientId)
      if (!hides) {
        const rows = await read(page)
        return { rows, ends: pageEnds(rows, page, cursor), isWhole: true }
      }
      const filled = await fillPage({ page, read, cursor, keep: (rows) => without(rows, hides) })
      return { ...filled, isWhole: false }
    },
    async countUnread(recipientId, filter, { limit, count }) {
      const hides = await hidesOf(recipientId)
      if (!hides) return count(limit)
      const unread = (await store.unread(recipientId, filter, MOST_UNREAD)).filter(
        (row) => filteredPost(row) !== undefined,
      )
      const gone = unread.length - (await without(unread, hides)).length
      return Math.min(limit, Math.max(0, (await count(limit + gone)) - gone))
    },
  }
}
