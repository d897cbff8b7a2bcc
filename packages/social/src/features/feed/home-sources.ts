// Where the candidates of a member's home come from: its ring, the outboxes of those whom the ring lacks, and those of the
// tags it follows. Fills rings on the way, so that the next read is cheaper.

import type { FeedMemoryOptions, FeedRead, FeedViewer, LoadedFeed } from "./feed-memory.ts"
import { createEntryBuffer, createIndexBuffer, roomForIndexes } from "./memory/buffers.ts"
import type { FeedPage, FeedRange, FeedSources } from "./memory/merge.ts"
import { createFeedMerge } from "./memory/merge.ts"
import { RING_ENTRIES } from "./memory/rings.ts"

export interface HomeSources {
  read(viewer: FeedViewer, range: FeedRange): FeedRead
  /** Rings filled so far. */
  filled(): number
}

/** How deep a ring is filled: at first, and when its member reads past it, and past that. */
const DEPTHS = [32, 128, RING_ENTRIES]

export function createHomeSources(
  feed: LoadedFeed,
  options: Pick<FeedMemoryOptions, "strategy" | "now">,
): HomeSources {
  const { accounts, graph, outboxes, tagOutboxes, rings, heavy } = feed
  const merge = createFeedMerge({ outboxes, rings, tags: tagOutboxes })
  const followees = createIndexBuffer()
  const pulled = createIndexBuffer()
  const tagBuffer = createIndexBuffer(64)
  const page = newPage()
  const filling = newPage()
  const sources: FeedSources = {
    authors: pulled.values,
    authorCount: 0,
    ring: -1,
    tags: tagBuffer.values,
    tagCount: 0,
  }
  let filled = 0

  /** Whose outboxes are read: oneself where `own`, and of the followees those asked for. */
  function pull(viewer: number, which: "all" | "heavy" | "light" | "none", own: boolean): void {
    const count = which === "all" || which === "light" ? graph.followeesOf(viewer, followees) : 0
    const most = 1 + (which === "heavy" ? heavy.size : count)
    const authors = roomForIndexes(pulled, most)
    let pulling = 0
    if (own) authors[pulling++] = viewer
    // Few authors are heavy: asking for each whether it is followed is quicker than the other way round.
    if (which === "heavy") {
      for (const author of heavy) if (graph.has(viewer, author)) authors[pulling++] = author
    }
    for (let i = 0; i < count; i += 1) {
      const followee = followees.values[i] as number
      if (which === "all" || !heavy.has(followee)) authors[pulling++] = followee
    }
    sources.authors = authors
    sources.authorCount = pulling
  }

  function setTags(viewer: FeedViewer): void {
    sources.tagCount = 0
    if (viewer.tags.size === 0) return
    sources.tags = roomForIndexes(tagBuffer, viewer.tags.size)
    for (const tag of viewer.tags) {
      // A tag that no post in memory has is complete as far as memory goes.
      sources.tags[sources.tagCount++] = feed.tags.add(tag)
    }
  }

  /** Gives the member a ring of the next depth out of the outboxes, where they reach further down than it does. */
  function fillRing(viewer: number, withoutHeavy: boolean): void {
    const length = rings.lengthOf(viewer)
    const depth = rings.has(viewer) ? DEPTHS.find((one) => one > length) : DEPTHS[0]
    if (depth === undefined) return
    pull(viewer, withoutHeavy ? "light" : "all", false)
    sources.ring = -1
    sources.tagCount = 0
    merge.read(
      sources,
      { maxId: Number.POSITIVE_INFINITY, aboveId: 0, limit: depth, upwards: false },
      filling,
    )
    const last = filling.ids[filling.length - 1] ?? 0
    rings.fill(viewer, filling, filling.length < depth ? filling.completeAbove : last - 1)
    filled += 1
  }

  return {
    read(viewer, range) {
      const index = accounts.add(viewer.accountId)
      const plan = options.strategy.planFor({ followees: graph.followeeCount(index), active: true })
      if (plan !== "outboxes" && rings.has(index)) {
        rings.touch(index, Math.floor(options.now() / 1_000))
        pull(index, plan === "ring" ? "none" : "heavy", true)
        setTags(viewer)
        sources.ring = index
        merge.read(sources, range, page)
        // Complete as far as it was asked, or as far as memory goes at all.
        if (isWhole(page, range) || page.completeAbove <= outboxes.globalFloor)
          return { page, viewer: index, from: "ring" }
      }
      // First, for it uses the sources too. Who reads past the ring gets a deeper one.
      if (plan !== "outboxes") fillRing(index, plan === "ring-and-heavy")
      pull(index, "all", true)
      setTags(viewer)
      sources.ring = -1
      merge.read(sources, range, page)
      return { page, viewer: index, from: "outboxes" }
    },
    filled: () => filled,
  }
}

function isWhole(page: FeedPage, range: FeedRange): boolean {
  return page.length === range.limit || (!range.upwards && page.completeAbove <= range.aboveId)
}

function newPage(): FeedPage {
  return { ...createEntryBuffer(), completeAbove: Number.POSITIVE_INFINITY, limitedBy: -1 }
}
