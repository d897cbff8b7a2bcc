// A page of a member's home in four stages: skeleton (the ids that it may hold), hydrate (the posts), filter (what is shown),
// present (bytes). From memory, which goes on in PostgreSQL where it ends, under the same cursors; wholly from PostgreSQL
// where memory is behind what the reader must see.

import type { Core } from "../../core.ts"
import type { FastPage } from "../../http/fast-lane.ts"
import type { JsonBytes } from "../../http/json-bytes.ts"
import type { Page, PageEnds } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
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

  function viewerOf(state: ViewerState): HomeViewer {
    return {
      state,
      now: deps.clock.now(),
      follows: (accountId) => memory.isFollowing(state.accountId, accountId),
      isSuspended: (accountId) => memory.isSuspended(accountId),
    }
  }

  function walk(state: ViewerState, page: Page): HomeWalk {
    return walkHome({ memory, post: find }, viewerOf(state), page)
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
  async function walkAll(viewerId: number, page: Page): Promise<(HomeWalk & { kind: "page" }) | undefined> {
    if (!memory.isReady()) return undefined
    const state = states.get(viewerId) ?? (await states.load(viewerId))
    for (let walks = 0; walks < WALKS; walks += 1) {
      const walked = walk(state, page)
      if (walked.kind === "page") return walked
      if (walked.kind === "none") return undefined
      await hydrate(walked.ids)
    }
    return undefined
  }

  async function fromPostgres(viewerId: number, page: Page, current: boolean): Promise<HomePage> {
    deps.onRead("postgres")
    const ids = await deps.postgresHome(viewerId, page)
    return {
      json: await pages.render(ids, viewerId, { fresh: !current }),
      ends: pageEnds(ids, page, (id) => id),
    }
  }

  return {
    fromMemory(viewerId, page) {
      const state = states.get(viewerId)
      if (!state) return undefined
      const walked = walk(state, page)
      if (walked.kind !== "page" || walked.rest) return undefined
      const body = pages.lendNow(walked.posts, viewerId)
      if (!body) return undefined
      deps.onRead(walked.from)
      return { body, ends: pageEnds(walked.posts, page, (post) => post.id) }
    },

    async read(viewerId, page, current) {
      const walked = current ? await walkAll(viewerId, page) : undefined
      if (!walked) return fromPostgres(viewerId, page, current)
      const ids = walked.posts.map((post) => post.id)
      if (walked.rest) ids.push(...(await deps.postgresHome(viewerId, walked.rest)))
      deps.onRead(walked.rest ? "postgres" : walked.from)
      const json = walked.rest
        ? await pages.render(ids, viewerId)
        : await pages.renderPosts(walked.posts, viewerId)
      return { json, ends: pageEnds(ids, page, (id) => id) }
    },

    async posts(viewerId, page, current) {
      const walked = current ? await walkAll(viewerId, page) : undefined
      if (walked && !walked.rest) return walked.posts
      const rest = await deps.postgresHome(viewerId, walked?.rest ?? page)
      const found = await posts.load(rest)
      return [...(walked?.posts ?? []), ...rest.flatMap((id) => found.get(id) ?? [])]
    },

    async stillShown(viewerId, ids, { limit, current }) {
      if (ids.length === 0) return new Set()
      if (!current || !memory.isReady()) {
        const range = { since_id: Math.min(...ids) - 1, max_id: Math.max(...ids) + 1, limit: WIDEST }
        const shown = new Set(await deps.postgresHome(viewerId, range))
        return new Set(ids.filter((id) => shown.has(id)).slice(0, limit))
      }
      const viewer = viewerOf(states.get(viewerId) ?? (await states.load(viewerId)))
      const found = await posts.load(ids)
      const shown = ids.filter((id) => {
        const post = found.get(id)
        return post !== undefined && showsInHome(post, viewer)
      })
      return new Set(shown.slice(0, limit))
    },
  }
}
