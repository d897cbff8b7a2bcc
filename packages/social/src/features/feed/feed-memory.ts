// The feed's memory: who follows whom, what was posted lately, and the rings of the members who read. Follows the log; gives
// the ids that a member's home may hold, and says down to where they are complete. Decides nothing about what is shown.
//
// It is empty until it was loaded, and may be dropped at any time: whoever asks an empty memory is told so and reads
// PostgreSQL.

import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { MemoryFollower } from "../../events/memory-follower.ts"
import type { FeedImage } from "./feed-image.ts"
import { createFanOut } from "./fan-out.ts"
import type { FanOut } from "./fan-out.ts"
import { createHomeSources } from "./home-sources.ts"
import type { HomeSources } from "./home-sources.ts"
import { ACCOUNT_SUSPENDED } from "./memory/account-index.ts"
import { NO_AUTHOR } from "./memory/buffers.ts"
import type { FeedPage, FeedRange } from "./memory/merge.ts"
import { createRings } from "./memory/rings.ts"
import type { Rings } from "./memory/rings.ts"
import type { FeedStrategy } from "./strategies/feed-strategy.ts"

export interface FeedMemory extends MemoryFollower {
  isReady(): boolean
  /** Takes a new image, and what has happened since it was read. */
  install(image: FeedImage, since: readonly StoredDomainEvent[]): void
  /** Candidates for a member's home. The page is reused by the next call. Undefined while memory is empty. */
  read(viewer: FeedViewer, range: FeedRange): FeedRead | undefined
  /** Whether a member follows an account that is not suspended, by their ids. */
  isFollowing(viewerId: number, authorId: number): boolean
  /** The same by index, as candidates have them; undefined where the index says nothing. */
  follows(viewer: number, author: number): boolean | undefined
  isSuspended(accountId: number): boolean
  stats(): FeedStats
}

export interface FeedViewer {
  readonly accountId: number
  readonly tags: ReadonlySet<string>
}

export interface FeedRead {
  readonly page: FeedPage
  /** The index of the member who reads. */
  readonly viewer: number
  readonly from: "ring" | "outboxes"
}

export interface FeedStats {
  readonly rings: number
  readonly ringBytes: number
  readonly posts: number
  readonly follows: number
  readonly accounts: number
  /** All memory of the feed, in bytes. */
  readonly bytes: number
  readonly filled: number
  readonly evicted: number
}

export interface FeedMemoryOptions {
  readonly strategy: FeedStrategy
  /** Bytes that all rings may have; the least recently active members lose theirs first. */
  readonly ringBytes: number
  /** Posts kept in the outboxes, about; twice as many at most. */
  readonly recentPosts: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A member's post is in memory, `ms` after it was written. */
  readonly onVisible: (ms: number, followers: number) => void
  readonly onDropped: () => void
}

/** All that memory consists of once it is loaded. */
export interface LoadedFeed extends FeedImage {
  readonly rings: Rings
  /** Authors who are pulled at read: their posts are in no ring. */
  readonly heavy: Set<number>
}

interface Loaded {
  readonly feed: LoadedFeed
  readonly fanOut: FanOut
  readonly sources: HomeSources
}

const UNKNOWN = -1

export function createFeedMemory(options: FeedMemoryOptions): FeedMemory {
  let loaded: Loaded | undefined

  function take(events: readonly StoredDomainEvent[], { feed, fanOut }: Loaded): void {
    for (const event of events) {
      if (feed.snapshot.has(event.transactionId)) continue
      applyToFeed(feed, fanOut, event)
      if (event.type === "post.created" && event.actor !== null) measure(feed, event)
    }
    fanOut.makeRoom()
  }

  function follows(viewer: number, author: number): boolean {
    if (!loaded) return false
    const { accounts, graph } = loaded.feed
    return !accounts.has(author, ACCOUNT_SUSPENDED) && graph.has(viewer, author)
  }

  function measure(
    { accounts, graph }: LoadedFeed,
    post: StoredDomainEvent & { type: "post.created" },
  ): void {
    const author = accounts.indexOf(post.data.author_id)
    options.onVisible(options.now() - post.occurredAt.getTime(), graph.followerCount(author))
  }

  return {
    name: "feed",
    isReady: () => loaded !== undefined,
    install(image, since) {
      const feed = { ...image, rings: createRings({ bytes: options.ringBytes }), heavy: new Set<number>() }
      const fresh = {
        feed,
        fanOut: createFanOut(feed, options),
        sources: createHomeSources(feed, options),
      }
      take(since, fresh)
      loaded = fresh
    },
    apply(events) {
      if (loaded) take(events, loaded)
    },
    drop() {
      loaded = undefined
      options.onDropped()
    },
    read: (viewer, range) => loaded?.sources.read(viewer, range),
    isFollowing(viewerId, authorId) {
      const accounts = loaded?.feed.accounts
      const author = accounts?.indexOf(authorId) ?? UNKNOWN
      const viewer = accounts?.indexOf(viewerId) ?? UNKNOWN
      return author >= 0 && viewer >= 0 && follows(viewer, author)
    },
    follows: (viewer, author) => (author === NO_AUTHOR ? undefined : follows(viewer, author)),
    isSuspended(accountId) {
      const index = loaded?.feed.accounts.indexOf(accountId) ?? -1
      return index >= 0 && loaded?.feed.accounts.has(index, ACCOUNT_SUSPENDED) === true
    },
    stats: () => statsOf(loaded),
  }
}

function applyToFeed(feed: LoadedFeed, fanOut: FanOut, event: StoredDomainEvent): void {
  const { accounts, graph, outboxes, rings } = feed
  switch (event.type) {
    case "account.created":
      accounts.add(event.data.id)
      break
    case "account.suspended":
    case "account.unsuspended":
      accounts.mark(accounts.add(event.data.id), ACCOUNT_SUSPENDED, event.type === "account.suspended")
      break
    case "follow.created": {
      const follower = accounts.add(event.data.follower_id)
      // The ring lacks what the new followee posted before: the next read pulls, and fills it again.
      if (graph.add(follower, accounts.add(event.data.followee_id))) rings.drop(follower)
      break
    }
    case "follow.removed":
      graph.remove(accounts.add(event.data.follower_id), accounts.add(event.data.followee_id))
      break
    case "post.created":
      fanOut.deliver(event.data.id, accounts.add(event.data.author_id))
      if (event.data.visibility === "public") {
        for (const tag of event.data.tags) feed.tagOutboxes.push(feed.tags.add(tag), event.data.id)
      }
      break
    case "post.edited":
      // A post may come under a tag by an edit. What left a tag is found out at read.
      for (const tag of event.data.tags) feed.tagOutboxes.push(feed.tags.add(tag), event.data.id)
      break
    case "post.reposted":
      fanOut.deliver(event.data.id, accounts.add(event.data.author_id))
      break
    case "post.deleted":
    case "post.repost_removed":
      outboxes.remove(accounts.add(event.data.author_id), event.data.id)
      break
    default:
  }
}

function statsOf(loaded: Loaded | undefined): FeedStats {
  if (!loaded) {
    return { rings: 0, ringBytes: 0, posts: 0, follows: 0, accounts: 0, bytes: 0, filled: 0, evicted: 0 }
  }
  const { feed, sources } = loaded
  const { accounts, graph, outboxes, tagOutboxes, rings } = feed
  return {
    rings: rings.size,
    ringBytes: rings.bytes(),
    posts: outboxes.size,
    follows: graph.size,
    accounts: accounts.size,
    bytes: accounts.bytes() + graph.bytes() + outboxes.bytes() + tagOutboxes.bytes() + rings.bytes(),
    filled: sources.filled(),
    evicted: rings.evictions,
  }
}
