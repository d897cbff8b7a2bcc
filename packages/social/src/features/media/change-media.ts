// Describes an upload, or moves its point of interest. Only before it is part of a post: from then on it changes with the
// post, so that the post's history tells it.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { MediaFocus } from "../../db/schema.ts"
import { mediaStream } from "./media-events.ts"
import type { MediaView } from "./media-json.ts"

export interface MediaChanges {
  /** Undefined: as it is; null: none. */
  readonly description: string | null | undefined
  readonly focus: MediaFocus | null | undefined
}

export type ChangeMedia = (accountId: number, id: number, changes: MediaChanges) => Promise<MediaView>

/** Changes media. Fails with `record.not_found` where it is not the account's, `media.in_use` once a post has it. */
export function createChangeMedia(deps: Pick<Core, "events">): ChangeMedia {
  return (accountId, id, changes) =>
    deps.events.transact([mediaStream(id)], async (tx) => {
      const media = await tx.db
        .selectFrom("media")
        .selectAll()
        .where("id", "=", id)
        .where("account_id", "=", accountId)
        .executeTakeFirst()
      if (!media) throw new AppError("record.not_found")
      if (media.post_id !== null) throw new AppError("media.in_use")
      const { description = media.description, focus = media.focus } = changes
      const same =
        description === media.description && focus?.x === media.focus?.x && focus?.y === media.focus?.y
      if (same) return media
      const data = { id, description, focus }
      await tx.append([{ type: "media.changed", stream: mediaStream(id), actor: accountId, data }])
      return { ...media, description, focus }
    })
}
