// Which uploads a post may take: the member's own, ready, and not part of another post or of one that is scheduled. To be
// asked under the locks of their streams.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Db } from "../../db/database.ts"
import type { MediaTable } from "../../db/schema.ts"

export type PostMedia = Pick<Selectable<MediaTable>, "id" | "description" | "focus">

/**
 * The uploads of `ids` for a post, in that order. `postId` is the post that may have them already, when it is edited. Fails
 * with `input.invalid`.
 */
export async function takeMedia(
  db: Db,
  ids: readonly number[],
  by: { authorId: number; postId?: number },
): Promise<PostMedia[]> {
  if (ids.length === 0) return []
  const found = await sql<PostMedia & { ready: boolean }>`
    SELECT id, description, focus, ready FROM media m
    WHERE id = ANY(${[...ids]}::bigint[]) AND account_id = ${by.authorId}
      AND (post_id IS NULL OR post_id = ${by.postId ?? null}::bigint)
      AND NOT EXISTS (SELECT 1 FROM scheduled_posts s WHERE s.account_id = ${by.authorId} AND m.id = ANY(s.media_ids))`.execute(
    db,
  )
  const byId = new Map(found.rows.map((row) => [row.id, row]))
  if (new Set(ids).size < ids.length) throw problem("the same file twice")
  if (byId.size < ids.length) throw problem("no such file of yours, or it is in use already")
  if (found.rows.some((row) => !row.ready))
    throw problem("a file is still being processed; try again in a moment")
  return ids.flatMap((id) => byId.get(id) ?? [])
}

function problem(text: string): AppError {
  return new AppError("input.invalid", { problems: `media_ids: ${text}` })
}
