// Who follows whom, in both directions, by account index. Never asks the database and never knows what a follow shows (reposts,
// languages): it answers for edges only.

import { createAdjacency } from "./adjacency.ts"
import type { IndexBuffer } from "./buffers.ts"
import { buildRows } from "./sparse-rows.ts"

export interface FollowGraph {
  /** How many follows there are. */
  readonly size: number
  /** Whether `follower` follows `followee`. False for indexes that the graph has never seen. */
  has(follower: number, followee: number): boolean
  /** Returns whether it was new. Following twice is the same as following once. */
  add(follower: number, followee: number): boolean
  /** Returns whether there was something to remove. */
  remove(follower: number, followee: number): boolean
  /** Writes the followers of an account to the buffer, in ascending order, and returns how many they are. */
  followersOf(account: number, into: IndexBuffer): number
  /** Writes whom an account follows to the buffer, in ascending order, and returns how many they are. */
  followeesOf(account: number, into: IndexBuffer): number
  followerCount(account: number): number
  followeeCount(account: number): number
  /** Memory in bytes; of the delta log an estimate. */
  bytes(): number
}

/** Follows in bulk: `followers[i]` follows `followees[i]`. In any order; what is there twice counts once. */
export interface FollowPairs {
  readonly followers: Uint32Array
  readonly followees: Uint32Array
}

const NOBODY: FollowPairs = { followers: new Uint32Array(), followees: new Uint32Array() }

/** A graph of these follows. `changesAtLeast`: changes (of each direction) that never make the bulk be written anew. */
export function createFollowGraph(pairs: FollowPairs = NOBODY, changesAtLeast?: number): FollowGraph {
  const { byFrom, byTo } = buildRows({ from: pairs.followers, to: pairs.followees })
  const followees = createAdjacency(byFrom, changesAtLeast)
  const followers = createAdjacency(byTo, changesAtLeast)

  return {
    get size() {
      return followees.size
    },
    has: (follower, followee) => followees.has(follower, followee),
    add: (follower, followee) => followees.add(follower, followee) && followers.add(followee, follower),
    remove: (follower, followee) =>
      followees.remove(follower, followee) && followers.remove(followee, follower),
    followersOf: (account, into) => followers.read(account, into),
    followeesOf: (account, into) => followees.read(account, into),
    followerCount: (account) => followers.count(account),
    followeeCount: (account) => followees.count(account),
    bytes: () => followees.bytes() + followers.bytes(),
  }
}
