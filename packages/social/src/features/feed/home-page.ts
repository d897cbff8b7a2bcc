// A page of a member's home in four stages: skeleton (the ids that it may hold), hydrate (the posts), filter (what is shown),
// present (bytes). From memory, which goes on in PostgreSQL where it ends, under the same cursors; wholly from PostgreSQL
// where memory is behind what the reader must see.

import type { Core } from "../../core.ts"
import type { FastPage } from "../../http/fast-lane.ts"
import type { JsonBytes } from "../../http/json-bytes.ts"
import type { Page, PageEnds } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import type { Hides, HidePosts } from "../filters/hide-posts.ts"
import type { CachedPost } from "../posts/cache/cached-post.ts"
import type { PostCache } from "../posts/cache/post-cache.ts"
import type { StatusPages } from "../posts/cache/status-pages.ts"
import type { FeedMemory } from "./feed-memory.ts"
import type { HomeViewer } from "./home-rules.ts"
import { showsInHome } from "./home-rules.ts"
import type { HomeWalk } from "./home-walk.ts"
import { walkHome } from "./home-walk.ts"
import type { PostgresHome } from "./postgres-home.ts"
import type { ViewerState } from "./viewer-state.ts"
import type { ViewerStates } from "./viewer-states.ts"

export interface HomePage {
  readonly json: JsonBytes
  readonly ends: PageEnds
}

/** Where a page came from: all of it from the member's ring, from the authors' outboxes, or some of it from PostgreSQL. */
export type HomeSource = "ring" | "outboxes" | "postgres"

export interface HomePages {
  /** The page, if everything that it needs is in memory; the caller has made sure that memory is current for the member. */
  fromMemory(viewerId: number, page: Page): FastPage | undefined
  /** The page. `current` says whether memory may be used. */
  read(viewerId: number, page: Page, current: boolean): Promise<HomePage>
  /** The posts of the page rather than its bytes, from wherever they are; for what orders them otherwise. */
  posts(viewerId: number, page: Page, current: boolean): Promise<CachedPost[]>
  /** The first `limit` of posts that were in the member's home and still are. */
  stillShown(
    viewerId: number,
    ids: readonly number[],
    options: { limit: number; current: boolean },
  ): Promise<Set<number>>
}

export interface HomePageDeps extends Pick<Core, "clock"> {
  readonly memory: FeedMemory
  readonly states: ViewerStates
  readonly posts: PostCache
  readonly pages: StatusPages
  readonly postgresHome: PostgresHome
  readonly hide: HidePosts
  readonly onRead: (source: HomeSource) => void
}

/** Times that a page is walked again because something was missing in memory, before PostgreSQL is asked for all of it. */
const WALKS = 4
/** Posts looked through at most in PostgreSQL for those that are still shown. */
const WIDEST = 1_000
/** Ids of posts that are gone, but still stand in rings; all are forgotten when there are too many. */
const GONE = 100_000

export function createHomePages(deps: HomePageDeps): HomePages {
  const { memory, states, posts, pages } = deps
  const gone = new Set<number>()
  const find = (id: number): CachedPost | null | undefined =>
    posts.get(id) ?? (gone.has(id) ? null : undefined)

  function viewerOf(state: ViewerState, hides: Hides | undefined): HomeViewer {
    return {
      state,
      hides,
      now: deps.clock.now(),
      follows: (accountId) => memory.isFollowing(state.accountId, accountId),
      isSuspended: (accountId) => memory.isSuspended(accountId),
    }
  }

  function walk(viewer: HomeViewer, page: Page): HomeWalk {
    return walkHome({ memory, post: find }, viewer, page)
  }

  /** The page in PostgreSQL, less what the member's filters leave out. */
  function readPostgres(viewerId: number, page: Page, hides: Hides | undefined) {
    return deps.hide.fill(page, {
      hides,
      read: (part) => deps.postgresHome(viewerId, part),
      cursor: (id) => id,
      post: (id) => id,
    })
  }

  async function hydrate(ids: readonly number[]): Promise<void> {
    const found = await posts.load(ids)
    for (const id of ids) {
      if (found.has(id)) continue
      if (gone.size >= GONE) gone.clear()
      gone.add(id)
    }
  }

  /** Skeleton, hydrate and filter; undefined where PostgreSQL has to say. */
  async function walkAll(
    viewerId: number,
    page: Page,
    hides: Hides | undefined,
  ): Promise<(HomeWalk & { kind: "page" }) | undefined> {
    if (!memory.isReady()) return undefined
    const viewer = viewerOf(states.get(viewerId) ?? (await states.load(viewerId)), hides)
    for (let walks = 0; walks < WALKS; walks += 1) {
      const walked = walk(viewer, page)
      if (walked.kind === "page") return walked
      if (walked.kind === "none") return undefined
      await hydrate(walked.ids)
    }
    return undefined
  }

  return {
    fromMemory(viewerId, page) {
      const state = states.get(viewerId)
      const hides = deps.hide.now(viewerId, "home")
      if (!state || hides === null) return undefined
      const walked = walk(viewerOf(state, hides), page)
      if (walked.kind !== "page" || walked.rest) return undefined
      const body = pages.lendNow(walked.posts, viewerId)
      if (!body) return undefined
      deps.onRead(walked.from)
      return { body, ends: pageEnds(walked.posts, page, (post) => post.id) }
    },

    async read(viewerId, page, current) {
      const hides = await deps.hide.of(viewerId, "home", current)
      const walked = current ? await walkAll(viewerId, page, hides) : undefined
      deps.onRead(walked && !walked.rest ? walked.from : "postgres")
      if (walked && !walked.rest) {
        const json = await pages.renderPosts(walked.posts, viewerId)
        return { json, ends: pageEnds(walked.posts, page, (post) => post.id) }
      }
      const above = walked?.posts.map((post) => post.id) ?? []
      const { rows, ends } = await readPostgres(viewerId, walked?.rest ?? page, hides)
      const ids = [...above, ...rows]
      return {
        json: await pages.render(ids, viewerId, { fresh: !current }),
        ends: { newest: ids[0] ?? ends.newest, oldest: ends.oldest ?? ids.at(-1), full: ends.full },
      }
    },

    async posts(viewerId, page, current) {
      const hides = await deps.hide.of(viewerId, "home", current)
      const walked = current ? await walkAll(viewerId, page, hides) : undefined
      if (walked && !walked.rest) return walked.posts
      const { rows } = await readPostgres(viewerId, walked?.rest ?? page, hides)
      const found = await posts.load(rows)
      return [...(walked?.posts ?? []), ...rows.flatMap((id) => found.get(id) ?? [])]
    },

    async stillShown(viewerId, ids, { limit, current }) {
      if (ids.length === 0) return new Set()
      const hides = await deps.hide.of(viewerId, "home", current)
      if (!current || !memory.isReady()) {
        const range = { since_id: Math.min(...ids) - 1, max_id: Math.max(...ids) + 1, limit: WIDEST }
        const shown = new Set(await deps.hide.without(await deps.postgresHome(viewerId, range), hides))
        return new Set(ids.filter((id) => shown.has(id)).slice(0, limit))
      }
      const viewer = viewerOf(states.get(viewerId) ?? (await states.load(viewerId)), hides)
      const found = await posts.load(ids)
      const shown = ids.filter((id) => {
        const post = found.get(id)
        return post !== undefined && showsInHome(post, viewer)
      })
      return new Set(shown.slice(0, limit))
    },
  }
}
