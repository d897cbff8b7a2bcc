// An account as it is kept in memory beside posts: what filters ask of it, and Mastodon's Account as bytes in which the counters
// are patched as events are applied. One object an account, shared by all its cached posts.

import type { LogCursor } from "../../../events/event.ts"
import type { AccountRow, PresentDeps } from "../../accounts/account-json.ts"
import { accountJson } from "../../accounts/account-json.ts"
import type { AccountCountDelta } from "../../counters/count-deltas.ts"
import type { CountedBytes } from "./counted-bytes.ts"
import { layOut, patch } from "./counted-bytes.ts"

export interface CachedAccount extends CountedBytes {
  readonly id: number
  readonly suspended: boolean
  followers: number
  following: number
  posts: number
  /** `2026-01-31`, UTC. */
  lastPostOn: string | null
  /** The counts say what the events up to here say; later ones are added as they are applied. */
  readonly countedTo: LogCursor
  /** False once an event made it out of date: it is then replaced by another object, and posts that refer to it are loaded anew. */
  current: boolean
  /** Cached posts that refer to it. */
  references: number
  /** Bytes of memory that it takes, about. */
  readonly size: number
}

/** The slots of an account's bytes. */
const FOLLOWERS = 0
const FOLLOWING = 1
const POSTS = 2
const LAST_POST = 3

/** Memory of the objects around the bytes, about. */
const OBJECTS_SIZE = 700

export function createCachedAccount(
  row: AccountRow,
  countedTo: LogCursor,
  present: PresentDeps,
): CachedAccount {
  const { followers_count, following_count, statuses_count, last_status_at, ...fixed } = accountJson(
    row,
    present,
  )
  const counted = layOut(
    `${JSON.stringify(fixed).slice(0, -1)},`,
    [
      ["followers_count", String(followers_count)],
      ["following_count", String(following_count)],
      ["statuses_count", String(statuses_count)],
      ["last_status_at", JSON.stringify(last_status_at)],
    ],
    "}",
  )
  return {
    ...counted,
    id: row.id,
    suspended: row.suspended_at !== null,
    // From the row and not from what is shown: a count may be below nothing for a moment.
    followers: row.followers_count,
    following: row.following_count,
    posts: row.posts_count,
    lastPostOn: last_status_at,
    countedTo,
    current: true,
    references: 0,
    size: counted.bytes.length + OBJECTS_SIZE,
  }
}

export function countOnAccount(account: CachedAccount, delta: AccountCountDelta): void {
  if (delta.followers !== undefined) {
    account.followers += delta.followers
    patch(account, FOLLOWERS, shownCount(account.followers))
  }
  if (delta.following !== undefined) {
    account.following += delta.following
    patch(account, FOLLOWING, shownCount(account.following))
  }
  if (delta.posts !== undefined) {
    account.posts += delta.posts
    patch(account, POSTS, shownCount(account.posts))
  }
  const day = delta.lastPostAt?.toISOString().slice(0, 10)
  if (day !== undefined && (account.lastPostOn === null || day > account.lastPostOn)) {
    account.lastPostOn = day
    patch(account, LAST_POST, JSON.stringify(day))
  }
}

/** A counter as it is shown: never below nothing. */
export function shownCount(count: number): string {
  return String(Math.max(0, count))
}
