// Hashtags that members follow: their public posts come to the member's home timeline. The lock of the account's stream keeps
// two requests at once from passing the limit.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import { accountStream } from "../accounts/account-events.ts"

/** Each is a source of the home timeline, which reads all of them. */
export const MAX_FOLLOWED_TAGS = 500

export interface FollowedTag {
  /** When it was followed, as a sortable id: pages the list. */
  readonly id: number
  readonly tag: string
}

/** Tags are normal names. Following or unfollowing twice is the same as once. */
export interface TagFollows {
  /** Fails with `tag.too_many_followed`. */
  follow(memberId: number, tag: string): Promise<void>
  unfollow(memberId: number, tag: string): Promise<void>
  /** The last followed first. */
  list(memberId: number, page: Page): Promise<FollowedTag[]>
}

export function createTagFollows(deps: Pick<Core, "db" | "events" | "nextId">): TagFollows {
  const { db, events, nextId } = deps
  return {
    async follow(memberId, tag) {
      const stream = accountStream(memberId)
      await events.transact([stream], async (tx) => {
        if (await isFollowing(tx.db, memberId, tag)) return
        if ((await countFollowed(tx.db, memberId)) >= MAX_FOLLOWED_TAGS) {
          throw new AppError("tag.too_many_followed", { limit: MAX_FOLLOWED_TAGS })
        }
        const data = { id: nextId(), account_id: memberId, tag }
        await tx.append([{ type: "tag.followed", stream, actor: memberId, data }])
      })
    },

    async unfollow(memberId, tag) {
      const stream = accountStream(memberId)
      await events.transact([stream], async (tx) => {
        if (!(await isFollowing(tx.db, memberId, tag))) return
        const data = { account_id: memberId, tag }
        await tx.append([{ type: "tag.unfollowed", stream, actor: memberId, data }])
      })
    },

    async list(memberId, page) {
      const found = await sql<FollowedTag>`
        SELECT id, tag FROM tag_follows WHERE account_id = ${memberId}${pageCondition(sql`id`, page)}
        ORDER BY id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
  }
}

async function isFollowing(db: Db, memberId: number, tag: string): Promise<boolean> {
  const found = await sql`SELECT 1 FROM tag_follows WHERE tag = ${tag} AND account_id = ${memberId}`.execute(
    db,
  )
  return found.rows.length > 0
}

async function countFollowed(db: Db, memberId: number): Promise<number> {
  const found = await sql<{ n: number }>`
    SELECT count(*) AS n FROM tag_follows WHERE account_id = ${memberId}`.execute(db)
  return found.rows[0]?.n ?? 0
}
