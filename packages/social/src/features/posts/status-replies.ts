// Posts as answers: from ids to Mastodon's Status, for one viewer. What routes that answer with posts share.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { StatusJson } from "./status-json.ts"
import { statusJson } from "./status-json.ts"

export interface StatusReplies {
  /** One post. Fails with `record.not_found` where the viewer may not see it. */
  show(id: number, viewerId: number | undefined): Promise<StatusJson>
  /** The posts of `ids` in that order. The caller has made sure that the viewer may see them. */
  list(ids: readonly number[], viewerId: number | undefined): Promise<StatusJson[]>
}

export function createStatusReplies(deps: Pick<Core, "posts" | "urls" | "emojis" | "clock">): StatusReplies {
  const { posts, clock } = deps
  return {
    async show(id, viewerId) {
      const post = await posts.findVisible(id, viewerId)
      if (!post) throw new AppError("record.not_found")
      return statusJson(post, { ...deps, viewerId, now: clock.now() })
    },
    async list(ids, viewerId) {
      const context = { ...deps, viewerId, now: clock.now() }
      return (await posts.load(ids, viewerId)).map((post) => statusJson(post, context))
    },
  }
}
