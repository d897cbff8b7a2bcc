// Which posts a member's filters leave out of a place. Decides nothing about visibility, and never hides a member's own words.

import type { Core } from "../../core.ts"
import type { Page, PageEnds } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import type { CachedPost } from "../posts/cache/cached-post.ts"
import type { PostCache } from "../posts/cache/post-cache.ts"
import { fillPage } from "./fill-page.ts"
import type { FilterContext } from "./filter-events.ts"
import type { FilterSet } from "./filter-set.ts"
import { subjectOfCached } from "./filter-subjects.ts"
import type { MemberFilters } from "./member-filters.ts"

/** Whether a post is left out. */
export type Hides = (post: CachedPost) => boolean

export interface HidePosts {
  /**
   * What a member leaves out of a place, undefined where it is nothing. `current` says whether memory may be used; for
   * somebody who is not signed in nothing is left out.
   */
  of(viewerId: number | undefined, context: FilterContext, current: boolean): Promise<Hides | undefined>
  /** The same at once; null where memory does not say. */
  now(viewerId: number, context: FilterContext): Hides | undefined | null
  /** Those of the posts that are not left out, in their order. */
  without(ids: readonly number[], hides: Hides | undefined): Promise<readonly number[]>
  /** A page of rows without those whose post is left out; rows without a post stay. */
  fill<T>(
    page: Page,
    of: {
      hides: Hides | undefined
      read: (page: Page) => Promise<readonly T[]>
      cursor: (row: T) => number
      post: (row: T) => number | undefined
    },
  ): Promise<{ rows: readonly T[]; ends: PageEnds }>
}

export function createHidePosts(
  deps: Pick<Core, "clock"> & { filters: MemberFilters; posts: Pick<PostCache, "load"> },
): HidePosts {
  const { filters, posts, clock } = deps

  function hidesOf(set: FilterSet, viewerId: number, context: FilterContext): Hides | undefined {
    const now = clock.now()
    if (!set.hidesIn(context, now)) return undefined
    return (post) =>
      post.authorId !== viewerId &&
      post.original?.authorId !== viewerId &&
      set.hides(subjectOfCached(post), context, now)
  }

  async function hidden(ids: readonly number[], hides: Hides): Promise<ReadonlySet<number>> {
    const found = await posts.load(ids)
    return new Set(ids.filter((id) => { const post = found.get(id); return post !== undefined && hides(post) })) // prettier-ignore
  }

  return {
    async of(viewerId, context, current) {
      if (viewerId === undefined) return undefined
      const set = current ? await filters.load(viewerId) : await filters.fresh(viewerId)
      return hidesOf(set, viewerId, context)
    },
    now(viewerId, context) {
      const set = filters.get(viewerId)
      return set ? hidesOf(set, viewerId, context) : null
    },
    async without(ids, hides) {
      if (!hides || ids.length === 0) return ids
      const gone = await hidden(ids, hides)
      return ids.filter((id) => !gone.has(id))
    },
    async fill(page, { hides, read, cursor, post }) {
      if (!hides) {
        const rows = await read(page)
        return { rows, ends: pageEnds(rows, page, cursor) }
      }
      return fillPage({
        page,
        read,
        cursor,
        async keep(rows) {
          const gone = await hidden(
            rows.flatMap((row) => post(row) ?? []),
            hides,
          )
          return rows.filter((row) => !gone.has(post(row) ?? 0))
        },
      })
    },
  }
}
