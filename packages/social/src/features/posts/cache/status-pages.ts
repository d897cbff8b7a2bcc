// Posts as answers, for one viewer: from memory, by copying bytes, or from PostgreSQL where memory is behind what the reader must
// see. Both give the same JSON but for the order of its members. Decides nothing about visibility.

import type { Core } from "../../../core.ts"
import { JsonBytes } from "../../../http/json-bytes.ts"
import type { LentBytes } from "../../../http/lent-bytes.ts"
import type { FilterSet } from "../../filters/filter-set.ts"
import { subjectOfCached } from "../../filters/filter-subjects.ts"
import type { MemberFilters } from "../../filters/member-filters.ts"
import { statusJson } from "../status-json.ts"
import type { CachedPost } from "./cached-post.ts"
import type { PostCache } from "./post-cache.ts"
import type { PageFilters } from "./status-writer.ts"
import { createStatusWriter } from "./status-writer.ts"
import type { ViewerMarks } from "./viewer-marks.ts"

export interface RenderOptions {
  /** Memory is behind what the reader must see: everything is asked of PostgreSQL. Default false. */
  readonly fresh?: boolean
}

export interface StatusPages {
  /** The posts of `ids` in that order, as an array; those that are gone are left out. */
  render(ids: readonly number[], viewerId: number | undefined, options?: RenderOptions): Promise<JsonBytes>
  /** One post; undefined when it is gone. */
  renderOne(id: number, viewerId: number | undefined, options?: RenderOptions): Promise<JsonBytes | undefined>
  /** Posts that were just got from the cache, as an array. */
  renderPosts(posts: readonly CachedPost[], viewerId: number | undefined): Promise<JsonBytes>
  /** The same at once, in a buffer that is lent; undefined where the member's marks or filters are not in memory. */
  lendNow(posts: readonly CachedPost[], viewerId: number): LentBytes | undefined
}

export interface StatusPagesDeps extends Pick<Core, "urls" | "emojis" | "clock"> {
  /** What PostgreSQL says. */
  readonly views: Core["posts"]
  readonly posts: PostCache
  readonly marks: ViewerMarks
  readonly filters: Pick<MemberFilters, "get" | "load">
}

/** More posts than this, a very long thread, would push all others out of memory. */
const MOST_CACHED = 500

export function createStatusPages(deps: StatusPagesDeps): StatusPages {
  const { posts, marks, clock } = deps
  const writer = createStatusWriter({ emojis: deps.emojis, now: () => clock.now() })

  /** Undefined where there are none. */
  function pageFilters(set: FilterSet | undefined): PageFilters | undefined {
    if (!set || set.filters.length === 0) return undefined
    const now = clock.now()
    return (post) => set.match(subjectOfCached(post), now)
  }

  async function filtersOf(viewerId: number | undefined): Promise<PageFilters | undefined> {
    if (viewerId === undefined) return undefined
    return pageFilters(deps.filters.get(viewerId) ?? (await deps.filters.load(viewerId)))
  }

  async function fresh(ids: readonly number[], viewerId: number | undefined): Promise<object[]> {
    const context = { ...deps, viewerId, now: clock.now() }
    return (await deps.views.load(ids, viewerId)).map((view) => statusJson(view, context))
  }

  async function freshPage(ids: readonly number[], viewerId: number | undefined): Promise<JsonBytes> {
    return JsonBytes.of(await fresh(ids, viewerId))
  }

  async function freshOne(id: number, viewerId: number | undefined): Promise<JsonBytes | undefined> {
    const [status] = await fresh([id], viewerId)
    return status && JsonBytes.of(status)
  }

  function renderNow(shown: readonly CachedPost[], viewerId: number | undefined): JsonBytes | undefined {
    if (viewerId === undefined) return pageOf(writer.page(shown, undefined))
    const own = marks.of(viewerId)
    const set = deps.filters.get(viewerId)
    return own && set && pageOf(writer.page(shown, own, pageFilters(set)))
  }

  function pageOf(text: string | undefined): JsonBytes | undefined {
    return text === undefined ? undefined : new JsonBytes(text)
  }

  async function renderPosts(shown: readonly CachedPost[], viewerId: number | undefined): Promise<JsonBytes> {
    const atOnce = renderNow(shown, viewerId)
    if (atOnce) return atOnce
    const filters = await filtersOf(viewerId)
    const own = viewerId === undefined ? undefined : await marks.load(viewerId, shown)
    const text = own && writer.page(shown, own, filters)
    if (text !== undefined) return new JsonBytes(text)
    return freshPage(
      shown.map((post) => post.id),
      viewerId,
    )
  }

  return {
    lendNow(shown, viewerId) {
      const own = marks.of(viewerId)
      const set = deps.filters.get(viewerId)
      return own && set && writer.lendPage(shown, own, pageFilters(set))
    },
    renderPosts,
    async render(ids, viewerId, options = {}) {
      if (options.fresh || ids.length > MOST_CACHED) return freshPage(ids, viewerId)
      const found = await posts.load(ids)
      return renderPosts(
        ids.flatMap((id) => found.get(id) ?? []),
        viewerId,
      )
    },
    async renderOne(id, viewerId, options = {}) {
      if (options.fresh) return freshOne(id, viewerId)
      const post = (await posts.load([id])).get(id)
      if (!post) return undefined
      const filters = await filtersOf(viewerId)
      const own = viewerId === undefined ? undefined : await marks.load(viewerId, [post])
      if (viewerId !== undefined && !own) return freshOne(id, viewerId)
      const text = writer.one(post, own, filters)
      return text === undefined ? freshOne(id, viewerId) : new JsonBytes(text)
    },
  }
}
