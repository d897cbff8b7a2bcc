// What members did with posts (liked, reposted, bookmarked, pinned, muted, voted), in memory for those who read: loaded at once
// for a member, kept current by the event log, and given up for members who read least. What memory does not reach is asked of
// PostgreSQL for the page, and remembered.

import type { Core } from "../../../core.ts"
import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import type { LogHistory, MemoryFollower } from "../../../events/memory-follower.ts"
import type { CachedPost } from "./cached-post.ts"
import { createLoadQueue } from "./load-queue.ts"
import { loadNewestMarks, loadPostMarks } from "./load-viewer-marks.ts"
import { createMemberMarks, markChange } from "./member-marks.ts"
import type { MemberMarks } from "./member-marks.ts"
import { createSieve } from "./sieve.ts"
import type { PageMarks } from "./status-writer.ts"

export interface ViewerMarks extends MemoryFollower {
  /** The marks of a member, if they are in memory; counts as use. Of some posts memory may not say. */
  of(viewerId: number): PageMarks | undefined
  /**
   * Marks that know all the posts (of reposts, their originals): what is missing is loaded. Undefined where that cannot be had
   * in memory, and PostgreSQL must be asked for the page.
   */
  load(viewerId: number, posts: readonly CachedPost[]): Promise<PageMarks | undefined>
  /** Members, and entries in all, in memory. */
  size(): { readonly members: number; readonly entries: number }
}

export interface ViewerMarksDeps extends Pick<Core, "db"> {
  readonly history: Pick<LogHistory, "mark" | "since">
  /** Entries of all members together at most, about 60 bytes each; default 1,000,000. */
  readonly maxEntries?: number
  /** Marks of each kind that are loaded with a member, newest first; default 500. */
  readonly newest?: number
}

/** What a member costs beside its entries, counted as entries. */
const MEMBER_WEIGHT = 20
/** Posts that are remembered of one member beyond its newest marks; one who reads more starts anew. */
const MOST_LEARNT = 2_000
const ATTEMPTS = 4

export function createViewerMarks(deps: ViewerMarksDeps): ViewerMarks {
  const { db, history, maxEntries = 1_000_000, newest: most = 500 } = deps
  const members = new Map<number, MemberMarks>()
  const sieve = createSieve<MemberMarks>()
  /** The weight that each member was last counted with. */
  const weights = new Map<number, number>()
  let entries = 0
  /** Counts `drop`: what was being loaded then is not taken in. */
  let generation = 0

  function weigh(marks: MemberMarks): void {
    const weight = marks.weight + MEMBER_WEIGHT
    entries += weight - (weights.get(marks.viewerId) ?? 0)
    weights.set(marks.viewerId, weight)
    while (entries > maxEntries) {
      const victim = sieve.evict()
      if (!victim) return
      forget(victim)
    }
  }

  function forget(marks: MemberMarks): void {
    marks.live = false
    members.delete(marks.viewerId)
    entries -= weights.get(marks.viewerId) ?? 0
    weights.delete(marks.viewerId)
  }

  function discard(marks: MemberMarks): void {
    if (!marks.live) return
    sieve.remove(marks)
    forget(marks)
  }

  const loadMember = createLoadQueue({ run: loadMembers, most: 32, atOnce: 4, waiting: 10_000 })

  async function loadMembers(ids: readonly number[]): Promise<Map<number, MemberMarks>> {
    for (let left = ATTEMPTS; left > 0; left -= 1) {
      const before = { mark: history.mark(), generation }
      const read = await loadNewestMarks(db, ids, most)
      const missed = before.generation === generation ? history.since(before.mark) : undefined
      if (!missed) continue
      const made = new Map<number, MemberMarks>()
      for (const [id, newest] of read) made.set(id, createMemberMarks(id, newest))
      replay(missed, made)
      for (const marks of made.values()) take(marks)
      return made
    }
    return new Map()
  }

  function take(marks: MemberMarks): void {
    const before = members.get(marks.viewerId)
    if (before) discard(before)
    members.set(marks.viewerId, marks)
    sieve.add(marks)
    weigh(marks)
  }

  /** Asks about posts that the member's marks do not reach. */
  async function learn(marks: MemberMarks, posts: readonly CachedPost[]): Promise<void> {
    if (marks.learnt + posts.length > MOST_LEARNT) {
      discard(marks)
      return
    }
    const before = { mark: history.mark(), generation }
    const asked = posts.map((post) => ({ id: post.id, pollId: post.poll?.id ?? 0 }))
    const read = await loadPostMarks(db, marks.viewerId, asked)
    const missed = before.generation === generation ? history.since(before.mark) : undefined
    if (!read || !missed || !marks.live) return
    marks.learn(read.marks, { posts, snapshot: read.snapshot })
    // What these events say of other posts is in memory already: saying it again, in order, ends the same.
    replay(missed, new Map([[marks.viewerId, marks]]))
    weigh(marks)
  }

  function replay(events: readonly StoredDomainEvent[], to: ReadonlyMap<number, MemberMarks>): void {
    for (const event of events) {
      const change = markChange(event)
      if (change) to.get(change.memberId)?.apply(change.change, event.transactionId)
    }
  }

  return {
    name: "viewers' marks",
    of(viewerId) {
      const marks = members.get(viewerId)
      if (marks) marks.used = true
      return marks
    },
    async load(viewerId, posts) {
      const asked = [...new Set(posts.map((post) => post.original ?? post))]
      if (asked.length > MOST_LEARNT) return undefined
      for (let left = ATTEMPTS; left > 0; left -= 1) {
        const marks = members.get(viewerId) ?? (await loadMember(viewerId))
        if (!marks) return undefined
        if (!marks.live) continue
        marks.used = true
        const unknown = asked.filter((post) => marks.bitsOf(post) === undefined)
        if (unknown.length === 0) return marks
        await learn(marks, unknown)
      }
      return undefined
    },
    apply(events) {
      for (const event of events) {
        const change = markChange(event)
        const marks = change && members.get(change.memberId)
        if (!marks) continue
        marks.apply(change.change, event.transactionId)
        weigh(marks)
      }
    },
    drop() {
      generation += 1
      for (const marks of members.values()) marks.live = false
      members.clear()
      weights.clear()
      sieve.clear()
      entries = 0
    },
    size: () => ({ members: members.size, entries }),
  }
}
