// Posts in memory, with their authors and originals, ready to be written: bounded by bytes, kept current by the event log, and
// filled from PostgreSQL by what is asked for. What is in it is what the log says up to where this process's memory has come;
// whoever must see more asks PostgreSQL. Decides nothing about visibility.

import type { Core } from "../../../core.ts"
import type { LogCursor } from "../../../events/event.ts"
import type { MemoryFollower } from "../../../events/memory-follower.ts"
import type { PostView } from "../post-view.ts"
import { createCachedAccount } from "./cached-account.ts"
import type { CachedAccount } from "./cached-account.ts"
import type { CachedPost } from "./cached-post.ts"
import { createCachedPost } from "./cached-post.ts"
import { countFromLog, countFromMemory } from "./counted-rows.ts"
import { createLoadQueue } from "./load-queue.ts"
import type { PostRow, PostRows } from "./load-post-rows.ts"
import { loadPostRows } from "./load-post-rows.ts"
import { createPostShelf } from "./post-shelf.ts"
import { createStaleness } from "./staleness.ts"
import type { Staleness } from "./staleness.ts"

export interface PostCache extends MemoryFollower {
  /** A post whose author, and whose original where it is a repost, are in memory too. Counts as use. */
  get(id: number): CachedPost | undefined
  /** The posts of `ids` that exist, by id; what is missing in memory is loaded. Fails with `server.overloaded`. */
  load(ids: readonly number[]): Promise<ReadonlyMap<number, CachedPost>>
  stats(): PostCacheStats
}

export interface PostCacheStats {
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly posts: number
  readonly accounts: number
  /** Of memory, about. */
  readonly bytes: number
}

export interface PostCacheDeps extends Pick<
  Core,
  "db" | "urls" | "emojis" | "history" | "pendingCounts" | "counts"
> {
  /** Memory that posts and accounts may take, about. */
  readonly budgetBytes: number
}

/** Posts of one statement, statements at once, and posts that may wait for one. */
const MOST = 128
const AT_ONCE = 4
const WAITING = 10_000
/** A post that changes each time while it is being loaded is shown as it was at one of these, and not kept. */
const ATTEMPTS = 5

export function createPostCache(deps: PostCacheDeps): PostCache {
  const { history, emojis } = deps
  const shelf = createPostShelf(deps)
  let emojiVersion = emojis.version
  /** Counts `drop`: what was being loaded then is not taken in. */
  let generation = 0
  let hits = 0
  let misses = 0

  function drop(): void {
    generation += 1
    shelf.clear()
  }

  /** What was made with other emoji than today's is not shown. */
  function holdToEmojis(): void {
    if (emojis.version === emojiVersion) return
    emojiVersion = emojis.version
    shelf.clear()
  }

  function get(id: number): CachedPost | undefined {
    holdToEmojis()
    const post = shelf.get(id)
    if (post) hits += 1
    return post
  }

  const loadOne = createLoadQueue({ run: loadBatch, most: MOST, atOnce: AT_ONCE, waiting: WAITING })

  async function loadBatch(ids: readonly number[]): Promise<Map<number, CachedPost>> {
    const found = new Map<number, CachedPost>()
    let wanted = ids
    for (let left = ATTEMPTS; wanted.length > 0; left -= 1) {
      const before = { mark: history.mark(), generation }
      const read = await loadPostRows(deps.db, wanted)
      if (!read) break
      const isKnown = deps.pendingCounts.after(read.countedTo) !== undefined
      const exact = isKnown ? undefined : await countFromLog(read, deps.counts)
      const events = before.generation === generation ? history.since(before.mark) : undefined
      // What the rows do not have yet of what memory was given meanwhile.
      const missed = events?.filter((event) => !read.snapshot.has(event.transactionId))
      const stale = createStaleness(missed)
      wanted = take(read, { wanted, found, stale, exact, isLast: left <= 1 })
    }
    return found
  }

  /** Makes posts of rows and takes them in; gives the ids that must be loaded again. */
  function take(
    read: PostRows,
    to: {
      readonly wanted: readonly number[]
      readonly found: Map<number, CachedPost>
      readonly stale: Staleness
      /** Rows whose counters are exact, but not known in memory. */
      readonly exact: ReadonlyMap<number, PostRow> | undefined
      readonly isLast: boolean
    },
  ): number[] {
    holdToEmojis()
    const pending = to.exact ? undefined : deps.pendingCounts.after(read.countedTo)
    const rows = pending ? countFromMemory(read, pending) : (to.exact ?? read.rows)
    const shelve = createShelver({
      countedTo: read.countedTo,
      keeps: (row) => !!pending && !to.stale.has(row),
    })
    return to.wanted.filter((id) => {
      const row = rows.get(id)
      const original = row?.repost_of_id == null ? undefined : rows.get(row.repost_of_id)
      if (!row || (row.repost_of_id !== null && !original)) return false
      if (!to.isLast && (to.stale.has(row) || (original && to.stale.has(original)))) return true
      const of = original && { row: original, post: shelve(original, undefined) }
      to.found.set(id, shelve(row, of))
      return false
    })
  }

  /** Makes posts of the rows of one reading. What is not kept serves once. */
  function createShelver(of: { countedTo: LogCursor; keeps: (row: PostRow) => boolean }) {
    const { countedTo } = of
    const accounts = new Map<number, CachedAccount>()

    function accountOf(row: PostRow): CachedAccount {
      const known = shelf.account(row.author_id) ?? accounts.get(row.author_id)
      if (known) return known
      const account = createCachedAccount(row.author, countedTo, deps)
      accounts.set(account.id, account)
      return account
    }

    return function shelve(
      row: PostRow,
      original: { row: PostRow; post: CachedPost } | undefined,
    ): CachedPost {
      const known = shelf.get(row.id)
      if (known) return known
      const view = { ...nobodysView(row), original: original ? nobodysView(original.row) : null }
      const parts = { author: accountOf(row), original: original?.post ?? null, countedTo }
      const post = createCachedPost(view, parts, deps)
      if (of.keeps(row)) shelf.put(post)
      return post
    }
  }

  return {
    name: "posts",
    get,
    async load(ids) {
      const found = new Map<number, CachedPost>()
      const missing = new Set<number>()
      for (const id of ids) {
        const post = get(id)
        if (post) found.set(id, post)
        else missing.add(id)
      }
      if (missing.size === 0) return found
      misses += missing.size
      const loaded = await Promise.all([...missing].map(loadOne))
      for (const post of loaded) if (post) found.set(post.id, post)
      return found
    },
    apply: (events) => shelf.apply(events),
    drop,
    stats: () => ({ hits, misses, evictions: shelf.evictions, ...shelf.size }),
  }
}

/** A row as somebody sees it who did nothing with it. */
function nobodysView(row: PostRow): PostView {
  return {
    ...row,
    media: row.media ?? [],
    liked: false,
    bookmarked: false,
    reposted: false,
    pinned: false,
    muted: false,
    filtered: [],
    original: null,
  }
}
