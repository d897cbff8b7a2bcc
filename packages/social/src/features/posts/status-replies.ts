// Posts as answers: from ids to Mastodon's Status, for one viewer. What routes that answer with posts share. A read waits a
// moment for memory to have what the viewer wrote; the answer to a write never waits, and then asks PostgreSQL.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import { positionOf } from "../../events/log-position.ts"
import type { JsonBytes } from "../../http/json-bytes.ts"
import type { Page } from "../../http/page.ts"
import type { Reply } from "../../http/route.ts"
import { pageReply } from "../../http/route.ts"
import type { FilterContext } from "../filters/filter-events.ts"
import type { HidePosts } from "../filters/hide-posts.ts"
import type { StatusPages } from "./cache/status-pages.ts"

/** The request of somebody who reads; its headers may tell a position in the log that it must see. */
export interface Reader {
  /** Undefined for somebody who is not signed in. */
  readonly viewer: { readonly accountId: number } | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface RepliedPage {
  readonly context: FilterContext
  readonly read: (page: Page) => Promise<readonly number[]>
}

export interface StatusReplies {
  /** One post, for a reader. Fails with `record.not_found` where the viewer may not see it. */
  show(id: number, reader: Reader): Promise<JsonBytes>
  /** The posts of `ids` in that order. The caller has made sure that the reader may see them. */
  list(ids: readonly number[], reader: Reader): Promise<JsonBytes>
  /** The same without those that the reader's filters leave out of the place. */
  listed(ids: readonly number[], reader: Reader, context: FilterContext): Promise<JsonBytes>
  /** A page of ids of posts, read by `read`, without those that the reader's filters leave out of the place. */
  page(reader: Reader, page: Page, of: RepliedPage): Promise<Reply>
  /** One post, as it is after the member has done something with it. Fails as `show`. */
  written(id: number, memberId: number): Promise<JsonBytes>
  /** A post of the member's own that it has just written: nobody has to be asked whether it may see it. */
  posted(id: number, memberId: number): Promise<JsonBytes>
}

export function createStatusReplies(
  deps: Pick<Core, "posts" | "reading"> & { pages: StatusPages; hide: HidePosts },
): StatusReplies {
  const { posts, reading, pages, hide } = deps

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
    async listed(ids, { viewer, headers }, context) {
      const current = await reading.caughtUp(viewer?.accountId, positionOf(headers))
      const hides = await hide.of(viewer?.accountId, context, current)
      return pages.render(await hide.without(ids, hides), viewer?.accountId, { fresh: !current })
    },
    async page({ viewer, headers }, page, { context, read }) {
      const current = await reading.caughtUp(viewer?.accountId, positionOf(headers))
      const hides = await hide.of(viewer?.accountId, context, current)
      const id = (one: number): number => one
      const { rows, ends } = await hide.fill(page, { hides, read, cursor: id, post: id })
      return pageReply(await pages.render(rows, viewer?.accountId, { fresh: !current }), ends)
    },
    written: (id, memberId) => visible(id, memberId, !reading.isCurrent(memberId)),
    posted: (id, memberId) => existing(id, memberId, !reading.isCurrent(memberId)),
  }
}
