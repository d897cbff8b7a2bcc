// Removes an upload that no post uses: its member changed their mind, or nobody used it for a day. The files go once that
// has committed (see media-files-consumer.ts).

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { mediaStream } from "./media-events.ts"

export type RemoveMedia = (accountId: number, id: number) => Promise<void>

/** Removes media. Fails with `record.not_found` where it is not the account's, `media.in_use` while a post has it. */
export function createRemoveMedia(deps: Pick<Core, "events">): RemoveMedia {
  return (accountId, id) =>
    deps.events.transact([mediaStream(id)], async (tx) => {
      const media = await tx.db
        .selectFrom("media")
        .select(["post_id", "files"])
        .where("id", "=", id)
        .where("account_id", "=", accountId)
        .executeTakeFirst()
      if (!media) throw new AppError("record.not_found")
      if (media.post_id !== null || (await isScheduled(tx.db, accountId, id)))
        throw new AppError("media.in_use")
      const data = { id, files: media.files }
      await tx.append([{ type: "media.removed", stream: mediaStream(id), actor: accountId, data }])
    })
}

/** How long an upload that no post uses is kept. */
export const UNATTACHED_MS = 86_400_000

const BATCH = 100

/** Removes what no post has used for a day. Returns how many. */
export function createSweepMedia(deps: Pick<Core, "db" | "events" | "clock">): () => Promise<number> {
  const { db, events, clock } = deps

  async function removeIfStale(id: number, before: Date): Promise<boolean> {
    return events.transact([mediaStream(id)], async (tx) => {
      const media = await tx.db
        .selectFrom("media")
        .select(["files", "account_id"])
        .where("id", "=", id)
        .where("unattached_since", "<", before)
        .executeTakeFirst()
      if (!media || (await isScheduled(tx.db, media.account_id, id))) return false
      const data = { id, files: media.files }
      await tx.append([{ type: "media.removed", stream: mediaStream(id), actor: null, data }])
      return true
    })
  }

  return async function sweepMedia() {
    const before = new Date(clock.now() - UNATTACHED_MS)
    let removed = 0
    for (let after = 0; ;) {
      const stale = await db
        .selectFrom("media")
        .select("id")
        .where("unattached_since", "<", before)
        .where("id", ">", after)
        .orderBy("id")
        .limit(BATCH)
        .execute()
      for (const { id } of stale) {
        if (await removeIfStale(id, before)) removed += 1
        after = id
      }
      if (stale.length < BATCH) return removed
    }
  }
}

/** Whether a post that is yet to come will use it. */
async function isScheduled(db: Db, accountId: number, id: number): Promise<boolean> {
  const found = await sql`SELECT 1 FROM scheduled_posts
    WHERE account_id = ${accountId} AND ${id}::bigint = ANY(media_ids) LIMIT 1`.execute(db)
  return found.rows.length > 0
}
