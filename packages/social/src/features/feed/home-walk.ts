// Walks down (or up) the candidates of a home in memory until a page is full: skeleton → hydrate → filter. Synchronous, so
// that what it sees is one state of memory. What it lacks it names, and whoever called fetches it and walks again.

import type { Page } from "../../http/page.ts"
import type { CachedPost } from "../posts/cache/cached-post.ts"
import type { FeedMemory, FeedRead } from "./feed-memory.ts"
import { showsInHome } from "./home-rules.ts"
import type { HomeViewer } from "./home-rules.ts"

export interface HomeWalkDeps {
  readonly memory: Pick<FeedMemory, "read" | "follows">
  /** The post, if it is in memory; null for one that is known to be gone. */
  readonly post: (id: number) => CachedPost | null | undefined
}

export type HomeWalk =
  /** The page, newest first. With `rest`, it goes on below what memory has: that page of PostgreSQL is to be added. */
  | {
      readonly kind: "page"
      readonly posts: CachedPost[]
      readonly rest: Page | undefined
      readonly from: "ring" | "outboxes"
    }
  /** These posts are not in memory. */
  | { readonly kind: "missing"; readonly ids: number[] }
  /** Memory cannot say: PostgreSQL has to. */
  | { readonly kind: "none" }

/** Candidates read beyond what is wanted once some were left out. */
const SLACK = 16

export function walkHome(deps: HomeWalkDeps, viewer: HomeViewer, page: Page): HomeWalk {
  const upwards = page.min_id !== undefined
  const range = {
    maxId: page.max_id ?? Number.POSITIVE_INFINITY,
    aboveId: page.min_id ?? page.since_id ?? 0,
    limit: page.limit,
    upwards,
  }
  const posts: CachedPost[] = []
  for (;;) {
    const read = deps.memory.read(viewer.state, range)
    if (!read) return { kind: "none" }
    const entries = read.page
    const missing = addShown(deps, { viewer, read, upwards, limit: page.limit }, posts)
    if (missing) return { kind: "missing", ids: missing }
    const full = posts.length >= page.limit
    if (full || entries.length < range.limit) {
      const rest = full ? undefined : pageBelow(entries.completeAbove, { range, page, found: posts.length })
      if (upwards) posts.reverse()
      return { kind: "page", posts, rest, from: read.from }
    }
    if (upwards) range.aboveId = entries.ids[0] ?? range.aboveId
    else range.maxId = entries.ids[entries.length - 1] ?? 0
    range.limit = page.limit - posts.length + SLACK
  }
}

/** Hydrates and filters candidates, and adds those that are shown. Gives the ids that memory lacks, if there are any. */
function addShown(
  deps: HomeWalkDeps,
  from: { viewer: HomeViewer; read: FeedRead; upwards: boolean; limit: number },
  posts: CachedPost[],
): number[] | undefined {
  const { viewer, upwards, limit } = from
  const { page: entries, viewer: reader } = from.read
  let missing: number[] | undefined
  for (let step = 0; step < entries.length; step += 1) {
    const place = upwards ? entries.length - 1 - step : step
    const id = entries.ids[place] as number
    const post = deps.post(id)
    if (post === null) continue
    if (post === undefined) (missing ??= []).push(id)
    else if (missing !== undefined) continue
    else if (showsInHome(post, viewer, deps.memory.follows(reader, entries.authors[place] as number))) {
      posts.push(post)
      if (posts.length === limit) return undefined
    }
  }
  return missing
}

/** The page of PostgreSQL that a page which ended early in memory goes on with; undefined where there can be nothing. */
function pageBelow(
  completeAbove: number,
  at: { range: { maxId: number; aboveId: number; upwards: boolean }; page: Page; found: number },
): Page | undefined {
  const { range, page, found } = at
  if (completeAbove <= range.aboveId) return undefined
  const limit = page.limit - found
  // Upwards, what comes first may be missing in memory: nothing of it was used.
  if (range.upwards) return { ...page, limit }
  const maxId = Math.min(range.maxId, completeAbove + 1)
  return Number.isFinite(maxId) ? { ...page, limit, max_id: maxId } : { ...page, limit }
}
