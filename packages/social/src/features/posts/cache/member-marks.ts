// One member's marks in memory: what was read of them, and how events change them. Synchronous, and asks nobody. An event that
// the reading already had is passed over, so that nothing goes back in time.

import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import type { Snapshot } from "../../../events/snapshot.ts"
import type { CachedPost } from "./cached-post.ts"
import type { NewestMarks, PostMarks } from "./load-viewer-marks.ts"
import type { SieveEntry } from "./sieve.ts"
import type { PageMarks } from "./status-writer.ts"
import { BOOKMARKED, LIKED, MUTED, PINNED, REPOSTED } from "./status-writer.ts"

export interface MemberMarks extends PageMarks, SieveEntry<MemberMarks> {
  /** Takes in what was asked about certain posts. */
  learn(marks: ReadonlyMap<number, PostMarks>, of: { posts: readonly CachedPost[]; snapshot: Snapshot }): void
  /** Takes in an event of this member. */
  apply(change: MarkChange, transactionId: string): void
  /** Posts that were asked about. */
  readonly learnt: number
  /** Entries that it holds. */
  readonly weight: number
  /** False once it is no longer kept, and follows the log no more. */
  live: boolean
}

/** What an event changes of its member's marks. */
export type MarkChange =
  | { readonly kind: "bit"; readonly postId: number; readonly bit: number; readonly on: boolean }
  | { readonly kind: "muted"; readonly conversationId: number; readonly on: boolean }
  | {
      readonly kind: "vote"
      readonly postId: number
      readonly pollId: number
      readonly choices: readonly number[]
    }

export function createMemberMarks(viewerId: number, newest: NewestMarks): MemberMarks {
  const { bits, muted, floor } = newest
  const votes = new Map<number, readonly number[]>()
  /** Posts that were asked about, with what their answers could see. */
  const learnt = new Map<number, Snapshot>()

  function setBit(postId: number, bit: number, on: boolean): void {
    const before = bits.get(postId) ?? 0
    const after = on ? before | bit : before & ~bit
    if (after === 0) bits.delete(postId)
    else bits.set(postId, after)
  }

  return {
    viewerId,
    live: true,
    used: false,
    newer: undefined,
    older: undefined,
    get learnt() {
      return learnt.size
    },
    get weight() {
      return bits.size + muted.size + votes.size + learnt.size
    },
    bitsOf(post) {
      if ((post.id <= floor || post.poll !== null) && !learnt.has(post.id)) return undefined
      const own = bits.size > 0 ? (bits.get(post.id) ?? 0) : 0
      return muted.size > 0 && muted.has(post.conversationId) ? own | MUTED : own
    },
    votesIn: (pollId) => votes.get(pollId) ?? null,
    learn(marks, { posts, snapshot }) {
      for (const post of posts) {
        const known = marks.get(post.id)
        if (!known) continue
        learnt.set(post.id, snapshot)
        if (known.bits === 0) bits.delete(post.id)
        else bits.set(post.id, known.bits)
        if (!post.poll) continue
        if (known.choices) votes.set(post.poll.id, known.choices)
        else votes.delete(post.poll.id)
      }
    },
    apply(change, transactionId) {
      if (change.kind === "muted") {
        if (newest.snapshot.has(transactionId)) return
        if (change.on) muted.add(change.conversationId)
        else muted.delete(change.conversationId)
        return
      }
      const seen = learnt.get(change.postId)
      if ((seen ?? newest.snapshot).has(transactionId)) return
      if (change.kind === "bit") setBit(change.postId, change.bit, change.on)
      // Votes are known of posts that were asked about, and of no others.
      else if (seen) votes.set(change.pollId, change.choices)
    },
  }
}

/** Whose marks an event changes, and how; undefined for any other event. Pure. */
export function markChange(
  event: StoredDomainEvent,
): { readonly memberId: number; readonly change: MarkChange } | undefined {
  const bit = (memberId: number, postId: number, set: readonly [bit: number, on: boolean]) => ({
    memberId,
    change: { kind: "bit", postId, bit: set[0], on: set[1] } as const,
  })
  switch (event.type) {
    case "post.liked":
      return bit(event.data.account_id, event.data.post_id, [LIKED, true])
    case "post.unliked":
      return bit(event.data.account_id, event.data.post_id, [LIKED, false])
    case "post.bookmarked":
      return bit(event.data.account_id, event.data.post_id, [BOOKMARKED, true])
    case "post.unbookmarked":
      return bit(event.data.account_id, event.data.post_id, [BOOKMARKED, false])
    case "post.pinned":
      return bit(event.data.account_id, event.data.post_id, [PINNED, true])
    case "post.unpinned":
      return bit(event.data.account_id, event.data.post_id, [PINNED, false])
    case "post.reposted":
      return bit(event.data.author_id, event.data.repost_of_id, [REPOSTED, true])
    case "post.repost_removed":
      return bit(event.data.author_id, event.data.repost_of_id, [REPOSTED, false])
    case "conversation.muted":
    case "conversation.unmuted": {
      const { account_id, conversation_id } = event.data
      const on = event.type === "conversation.muted"
      return { memberId: account_id, change: { kind: "muted", conversationId: conversation_id, on } }
    }
    case "poll.voted": {
      const { account_id, post_id, poll_id, choices } = event.data
      return {
        memberId: account_id,
        change: { kind: "vote", postId: post_id, pollId: poll_id, choices },
      }
    }
    default:
      return undefined
  }
}
