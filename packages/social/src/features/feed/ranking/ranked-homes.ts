// Ranked homes: what a member's home holds of the last days, in another order. A ranking is a snapshot: pages are cut out of
// it, so that nothing moves or comes twice while the member scrolls, and it ends in the ordinary home, newest first, so that it
// never ends early.

import { idTime } from "@aviary/kit"
import type { Core } from "../../../core.ts"
import type { Page } from "../../../http/page.ts"
import type { CachedPost } from "../../posts/cache/cached-post.ts"
import type { HomePages } from "../home-page.ts"
import { diversify } from "./diversify.ts"
import type { Candidate, RankedEntry, Ranker } from "./ranker.ts"

export interface RankedHomes {
  /** A new ranking of what the member's home holds now. `current` says whether memory may be used. */
  begin(viewerId: number, current: boolean): Promise<Ranking>
  /** The member's ranking of that name; undefined when it is no longer kept. */
  find(viewerId: number, name: string): Ranking | undefined
  /** The member's last ranking, if it is kept and holds the post. */
  holding(viewerId: number, postId: number): Ranking | undefined
  /**
   * At most `limit` entries from a place on. Those that the member's home no longer shows are left out; after the last, the
   * home goes on newest first.
   */
  page(ranking: Ranking, from: RankedPlace, options: { limit: number; current: boolean }): Promise<RankedPage>
}

export interface RankedPlace {
  /** How many entries of the ranking come before. */
  readonly place: number
  /** Where the home goes on after the ranking: with what stands below this id. */
  readonly below: number
}

export interface Ranking {
  readonly name: string
  readonly viewerId: number
  readonly entries: readonly RankedEntry[]
  /** Everything of the home above this id was ranked. */
  readonly floor: number
}

export interface RankedPage {
  readonly entries: readonly RankedEntry[]
  /** Where the next page starts; undefined at the end of the home. */
  readonly next: RankedPlace | undefined
}

/** Posts ranked at most, and how old they may be. */
const MOST = 400
const AGE_MS = 3 * 86_400_000
/** Rankings kept: a member's last few, and of so many members. */
const KEPT_EACH = 3
const KEPT = 5_000

export function createRankedHomes(
  deps: Pick<Core, "clock" | "randomToken"> & { home: HomePages; ranker: Ranker },
): RankedHomes {
  const { home, clock } = deps
  /** A member's rankings, newest first; members least recently ranked first. */
  const kept = new Map<number, Ranking[]>()

  function keep(ranking: Ranking): void {
    const others = kept.get(ranking.viewerId) ?? []
    kept.delete(ranking.viewerId)
    kept.set(ranking.viewerId, [ranking, ...others].slice(0, KEPT_EACH))
    for (const id of kept.keys()) {
      if (kept.size <= KEPT) break
      kept.delete(id)
    }
  }

  /** The ordinary home from an id downwards, as entries. */
  async function older(ranking: Ranking, page: Page, current: boolean): Promise<RankedEntry[]> {
    const posts = await home.posts(ranking.viewerId, page, current)
    return posts.map((post) => ({
      id: post.id,
      authorId: post.authorId,
      score: 0,
      reason: { kind: "older" as const },
    }))
  }

  return {
    async begin(viewerId, current) {
      const now = clock.now()
      const posts = await home.posts(viewerId, { limit: MOST }, current)
      const young = posts.filter((post) => idTime(post.id) > now - AGE_MS)
      const ranking: Ranking = {
        name: deps.randomToken().slice(0, 12),
        viewerId,
        entries: diversify(deps.ranker.rank(young.map(candidateOf), now)),
        // All posts of the home above it are in: the walk gives the newest without a gap.
        floor: young.at(-1)?.id ?? Number.MAX_SAFE_INTEGER,
      }
      keep(ranking)
      return ranking
    },

    find: (viewerId, name) => kept.get(viewerId)?.find((ranking) => ranking.name === name),
    holding: (viewerId, postId) =>
      kept.get(viewerId)?.find((ranking) => ranking.entries.some((entry) => entry.id === postId)),

    async page(ranking, from, { limit, current }) {
      const left = ranking.entries.slice(from.place)
      const shown = await home.stillShown(
        ranking.viewerId,
        left.map((entry) => entry.id),
        { limit, current },
      )
      const page = left.filter((entry) => shown.has(entry.id))
      const last = page.at(-1)
      if (page.length >= limit && last) {
        return { entries: page, next: { ...from, place: from.place + left.indexOf(last) + 1 } }
      }
      const rest = { limit: limit - page.length, max_id: from.below }
      const more = await older(ranking, rest, current)
      const below = more.length < rest.limit ? undefined : more.at(-1)?.id
      return {
        entries: [...page, ...more],
        next: below === undefined ? undefined : { place: ranking.entries.length, below },
      }
    },
  }
}

/** What a post is judged by; of a repost, what people did with its original. */
function candidateOf(post: CachedPost): Candidate {
  const shown = post.original ?? post
  return {
    id: post.id,
    authorId: post.authorId,
    postedAt: idTime(post.id),
    likes: shown.likes,
    reposts: shown.reposts,
    replies: shown.replies,
  }
}
