// Looks up an upload for the member who made it; nobody else can.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { MediaView } from "./media-json.ts"

export type FindMedia = (accountId: number, id: number) => Promise<MediaView>

/** Finds media. Fails with `record.not_found` where it is not the account's. */
export function createFindMedia({ db }: Pick<Core, "db">): FindMedia {
  return async function findMedia(accountId, id) {
    const media = await db
      .selectFrom("media")
      .selectAll()
      .where("id", "=", id)
      .where("account_id", "=", accountId)
      .executeTakeFirst()
    if (!media) throw new AppError("record.not_found")
    return media
  }
}
