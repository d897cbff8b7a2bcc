// A poll, for those who may see its post.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { visibleTo } from "../posts/post-visibility.ts"

export interface FoundPoll {
  readonly id: number
  readonly post_id: number
  readonly author_id: number
  readonly options: readonly string[]
  readonly multiple: boolean
  readonly expires_at: Date
}

/** Fails with `record.not_found` where the viewer may not see the post. */
export async function findPoll(db: Db, id: number, viewerId: number | undefined): Promise<FoundPoll> {
  const found = await sql<FoundPoll>`
    SELECT o.id, o.post_id, o.author_id, o.options, o.multiple, o.expires_at
    FROM polls o JOIN posts p ON p.id = o.post_id WHERE o.id = ${id} AND ${visibleTo(viewerId)}`.execute(db)
  const poll = found.rows[0]
  if (!poll) throw new AppError("record.not_found")
  return poll
}
