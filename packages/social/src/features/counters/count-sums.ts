// Deltas added up by post and account: what a run of events changes in all, so that a row is written once however often it was
// liked.

import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { StoredEvent } from "../../events/event.ts"
import type { CountDelta } from "./count-deltas.ts"
import { countDeltas } from "./count-deltas.ts"

/** What is added to the counters of a post. */
export interface PostCounts {
  likes: number
  reposts: number
  replies: number
}

/** What is added to the counters of an account; its last post counts when it is later than what is known. */
export interface AccountCounts {
  posts: number
  followers: number
  following: number
  lastPostAt: Date | undefined
}

/** By id. A post or account that is absent is not changed. */
export interface CountSums {
  readonly posts: ReadonlyMap<number, Readonly<PostCounts>>
  readonly accounts: ReadonlyMap<number, Readonly<AccountCounts>>
}

export interface GrowingSums {
  readonly posts: Map<number, PostCounts>
  readonly accounts: Map<number, AccountCounts>
}

export function createCountSums(): GrowingSums {
  return { posts: new Map(), accounts: new Map() }
}

/** The deltas of events, added up. */
export function sumEvents(events: readonly StoredEvent[]): CountSums {
  const sums = createCountSums()
  addEvents(sums, events)
  return sums
}

export function addEvents(sums: GrowingSums, events: readonly StoredEvent[]): void {
  for (const event of events) {
    for (const delta of countDeltas(event as StoredDomainEvent)) addDelta(sums, delta)
  }
}

export function addDelta(sums: GrowingSums, delta: CountDelta): void {
  if (delta.of === "post") {
    let sum = sums.posts.get(delta.id)
    if (!sum) sums.posts.set(delta.id, (sum = { likes: 0, reposts: 0, replies: 0 }))
    sum.likes += delta.likes ?? 0
    sum.reposts += delta.reposts ?? 0
    sum.replies += delta.replies ?? 0
    return
  }
  let sum = sums.accounts.get(delta.id)
  if (!sum)
    sums.accounts.set(delta.id, (sum = { posts: 0, followers: 0, following: 0, lastPostAt: undefined }))
  sum.posts += delta.posts ?? 0
  sum.followers += delta.followers ?? 0
  sum.following += delta.following ?? 0
  sum.lastPostAt = later(sum.lastPostAt, delta.lastPostAt)
}

/** The later of two times; of one, that. */
export function later<T extends Date | null | undefined>(a: T, b: T): T {
  return !b || (a && a >= b) ? a : b
}
