// Hashtags on a member's profile: what visitors find its posts by. The lock of the account's stream keeps two requests at once
// from passing the limit.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { accountStream } from "../accounts/account-events.ts"

/** As Mastodon. */
export const MAX_FEATURED_TAGS = 10
/** Newest posts of a member that suggestions are made of. */
const LOOKED_THROUGH = 1_000

export interface FeaturedTag {
  readonly id: number
  readonly tag: string
  /** Posts of the member with it that everybody may see. */
  readonly posts: number
  readonly last_post_at: Date | null
}

/** Tags are normal names. Twice is the same as once. */
export interface FeaturedTags {
  /** The last featured first. */
  of(accountId: number): Promise<FeaturedTag[]>
  /** Fails with `tag.too_many_featured`. */
  feature(memberId: number, tag: string): Promise<void>
  unfeature(memberId: number, tag: string): Promise<void>
  /** Fails with `record.not_found`. */
  unfeatureById(memberId: number, id: number): Promise<void>
  /** Tags that the member used most of late and does not feature. */
  suggest(memberId: number): Promise<string[]>
}

export function createFeaturedTags(deps: Pick<Core, "db" | "events" | "nextId">): FeaturedTags {
  const { db, events, nextId } = deps

  async function of(accountId: number): Promise<FeaturedTag[]> {
    const found = await sql<FeaturedTag>`
      SELECT f.id, f.tag, count(p.id) AS posts, max(p.created_at) AS last_post_at
      FROM featured_tags f LEFT JOIN post_tags t ON t.tag = f.tag AND t.author_id = f.account_id
      LEFT JOIN posts p ON p.id = t.post_id AND p.visibility IN ('public', 'unlisted')
      WHERE f.account_id = ${accountId} GROUP BY f.id, f.tag ORDER BY f.id DESC`.execute(db)
    return found.rows
  }

  async function unfeature(memberId: number, tag: string): Promise<void> {
    const stream = accountStream(memberId)
    await events.transact([stream], async (tx) => {
      const found =
        await sql`SELECT 1 FROM featured_tags WHERE account_id = ${memberId} AND tag = ${tag}`.execute(tx.db)
      if (found.rows.length === 0) return
      const data = { account_id: memberId, tag }
      await tx.append([{ type: "tag.unfeatured", stream, actor: memberId, data }])
    })
  }

  return {
    of,
    async feature(memberId, tag) {
      const stream = accountStream(memberId)
      await events.transact([stream], async (tx) => {
        const rows = await tx.db
          .selectFrom("featured_tags")
          .select("tag")
          .where("account_id", "=", memberId)
          .execute()
        if (rows.some((row) => row.tag === tag)) return
        if (rows.length >= MAX_FEATURED_TAGS)
          throw new AppError("tag.too_many_featured", { limit: MAX_FEATURED_TAGS })
        const data = { id: nextId(), account_id: memberId, tag }
        await tx.append([{ type: "tag.featured", stream, actor: memberId, data }])
      })
    },
    unfeature,
    async unfeatureById(memberId, id) {
      const found = (await of(memberId)).find((row) => row.id === id)
      if (!found) throw new AppError("record.not_found")
      await unfeature(memberId, found.tag)
    },
    async suggest(memberId) {
      const found = await sql<{ tag: string }>`
        SELECT t.tag FROM (SELECT id, visibility FROM posts WHERE author_id = ${memberId}
            ORDER BY id DESC LIMIT ${LOOKED_THROUGH}) p
        JOIN post_tags t ON t.post_id = p.id
        WHERE p.visibility IN ('public', 'unlisted')
          AND t.tag NOT IN (SELECT tag FROM featured_tags WHERE account_id = ${memberId})
        GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT ${MAX_FEATURED_TAGS}`.execute(db)
      return found.rows.map((row) => row.tag)
    },
  }
}
