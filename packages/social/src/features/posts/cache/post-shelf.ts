// The cached posts and accounts themselves, and how events change them. Synchronous, and asks nobody: filling it from the
// database is post-cache.ts. An event is either patched in (counters) or takes out what it makes out of date.

import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import type { LogCursor } from "../../../events/event.ts"
import type { CountDelta } from "../../counters/count-deltas.ts"
import { countDeltas } from "../../counters/count-deltas.ts"
import type { CachedAccount } from "./cached-account.ts"
import { countOnAccount } from "./cached-account.ts"
import type { CachedPost } from "./cached-post.ts"
import { countOnPost } from "./cached-post.ts"
import { createIdMap } from "./id-map.ts"
import { invalidatedBy } from "./invalidated-by.ts"
import type { Invalidation } from "./invalidated-by.ts"
import { createSieve } from "./sieve.ts"

export interface PostShelf {
  /** A post that may be shown as it is: its author and its original are there and up to date. Counts as use. */
  get(id: number): CachedPost | undefined
  /** An account that is up to date. */
  account(id: number): CachedAccount | undefined
  /** Takes a post in, in place of what is there under its id; others go where there is no room. */
  put(post: CachedPost): void
  apply(events: readonly StoredDomainEvent[]): void
  clear(): void
  readonly size: { readonly posts: number; readonly accounts: number; readonly bytes: number }
  readonly evictions: number
}

export function createPostShelf(deps: { budgetBytes: number }): PostShelf {
  const posts = createIdMap<CachedPost>()
  const accounts = new Map<number, CachedAccount>()
  /** Ids of posts by what else an event may call them. */
  const byMedia = new Map<number, Set<number>>()
  const byParent = new Map<number, Set<number>>()
  const sieve = createSieve<CachedPost>()
  let bytes = 0
  let evictions = 0

  function remove(post: CachedPost): void {
    posts.delete(post.id)
    bytes -= post.size
    for (const id of post.mediaIds) removeFrom(byMedia, id, post.id)
    if (post.replyToId !== null) removeFrom(byParent, post.replyToId, post.id)
    const { author } = post
    author.references -= 1
    if (author.references > 0) return
    bytes -= author.size
    if (accounts.get(author.id) === author) accounts.delete(author.id)
  }

  function drop(id: number): void {
    const post = posts.get(id)
    if (!post) return
    sieve.remove(post)
    remove(post)
  }

  function clear(): void {
    posts.clear()
    // Who holds on to one of these must not take it for current.
    for (const account of accounts.values()) account.current = false
    accounts.clear()
    byMedia.clear()
    byParent.clear()
    sieve.clear()
    bytes = 0
  }

  function invalidate(by: Invalidation): void {
    if (by.all) clear()
    for (const id of by.posts ?? []) drop(id)
    for (const id of by.accounts ?? []) {
      const account = accounts.get(id)
      if (account) account.current = false
      accounts.delete(id)
    }
    if (by.repliesTo !== undefined) for (const id of byParent.get(by.repliesTo) ?? []) drop(id)
    if (by.mediaId !== undefined) for (const id of byMedia.get(by.mediaId) ?? []) drop(id)
  }

  function count(delta: CountDelta, at: LogCursor): void {
    if (delta.of === "post") {
      const post = posts.get(delta.id)
      if (post && isBehind(post.countedTo, at)) countOnPost(post, delta)
    } else {
      const account = accounts.get(delta.id)
      if (account && isBehind(account.countedTo, at)) countOnAccount(account, delta)
    }
  }

  return {
    get(id) {
      const post = posts.get(id)
      if (!post?.author.current) return undefined
      if (post.repostOfId !== null) {
        const original = posts.get(post.repostOfId)
        if (!original?.author.current) return undefined
        if (!original.used) original.used = true
        // It may have been replaced since.
        post.original = original
      }
      // Written only where it changes: this is the busiest line of all, and a written line of memory has to travel.
      if (!post.used) post.used = true
      return post
    },
    account: (id) => accounts.get(id),
    put(post) {
      drop(post.id)
      posts.set(post.id, post)
      bytes += post.size
      for (const id of post.mediaIds) addTo(byMedia, id, post.id)
      if (post.replyToId !== null) addTo(byParent, post.replyToId, post.id)
      const { author } = post
      author.references += 1
      if (author.references === 1) {
        accounts.set(author.id, author)
        bytes += author.size
      }
      sieve.add(post)
      while (bytes > deps.budgetBytes) {
        const victim = sieve.evict()
        if (!victim) break
        remove(victim)
        evictions += 1
      }
    },
    apply(events) {
      for (const event of events) {
        for (const delta of countDeltas(event)) count(delta, event)
        const invalidation = invalidatedBy(event)
        if (invalidation) invalidate(invalidation)
      }
    },
    clear,
    get size() {
      return { posts: posts.size, accounts: accounts.size, bytes }
    },
    get evictions() {
      return evictions
    },
  }
}

/** Whether `at` is later in the log, by commit order. Transaction ids stay exact below 2^53. */
function isBehind(cursor: LogCursor, at: LogCursor): boolean {
  const difference = Number(at.transactionId) - Number(cursor.transactionId)
  return difference > 0 || (difference === 0 && at.position > cursor.position)
}

function addTo(index: Map<number, Set<number>>, key: number, id: number): void {
  const ids = index.get(key)
  if (ids) ids.add(id)
  else index.set(key, new Set([id]))
}

function removeFrom(index: Map<number, Set<number>>, key: number, id: number): void {
  const ids = index.get(key)
  ids?.delete(id)
  if (ids?.size === 0) index.delete(key)
}
