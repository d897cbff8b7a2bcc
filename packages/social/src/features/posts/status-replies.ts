// Posts as answers: from ids to Mastodon's Status, for one viewer. What routes that answer with posts share. A read waits a
// moment for memory to have what the viewer wrote; the answer to a write never waits, and then asks PostgreSQL.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import { positionOf } from "../../events/log-position.ts"
import type { JsonBytes } from "../../http/json-bytes.ts"
import type { StatusPages } from "./cache/status-pages.ts"

/** The request of somebody who reads; its headers may tell a position in the log that it must see. */
export interface Reader {
  /** Undefined for somebody who is not signed in. */
  readonly viewer: { readonly accountId: number } | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface StatusReplies {
  /** One post, for a reader. Fails with `record.not_found` where the viewer may not see it. */
  show(id: number, reader: Reader): Promise<JsonBytes>
  /** The posts of `ids` in that order. The caller has made sure that the reader may see them. */
  list(ids: readonly number[], reader: Reader): Promise<JsonBytes>
  /** One post, as it is after the member has done something with it. Fails as `show`. */
  written(id: number, memberId: number): Promise<JsonBytes>
  /** A post of the member's own that it has just written: nobody has to be asked whether it may see it. */
  posted(id: number, memberId: number): Promise<JsonBytes>
}

export function createStatusReplies(
  deps: Pick<Core, "posts" | "reading"> & { pages: StatusPages },
): StatusReplies {
  const { posts, reading, pages } = deps

  async function existing(id: number, viewerId: number | undefined, fresh: boolean): Promise<JsonBytes> {
    const status = await pages.renderOne(id, viewerId, { fresh })
    if (!status) throw new AppError("record.not_found")
    return status
  }

  async function visible(id: number, viewerId: number | undefined, fresh: boolean): Promise<JsonBytes> {
    // Nearly every post that is asked for may be seen: it is got ready while that is asked.
    const [seen, status] = await Promise.all([
      posts.filterVisible([id], viewerId),
      existing(id, viewerId, fresh),
    ])
    if (seen.length === 0) throw new AppError("record.not_found")
    return status
  }

  return {
    async show(id, { viewer, headers }) {
      const current = await reading.caughtUp(viewer?.accountId, positionOf(headers))
      return visible(id, viewer?.accountId, !current)
    },
    async list(ids, { viewer, headers }) {
      const current = await reading.caughtUp(viewer?.accountId, positionOf(headers))
      return pages.render(ids, viewer?.accountId, { fresh: !current })
    },
    written: (id, memberId) => visible(id, memberId, !reading.isCurrent(memberId)),
    posted: (id, memberId) => existing(id, memberId, !reading.isCurrent(memberId)),
  }
}
