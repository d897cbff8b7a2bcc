// The newest post ids by key: by author (account index), or by followed hashtag (any dense number). Every key's list is complete
// above its floor. Never the truth, and never told of deletions by need: a deleted post that stays is filtered at read.

/** Ids that one outbox holds at least before it drops older ones, and at most. The distance makes dropping cheap. */
export const OUTBOX_KEEPS = 800
export const OUTBOX_MOST = 1_024

export interface Outboxes {
  /** How many ids there are in all. */
  readonly size: number
  /** What was loaded for all keys is complete above this id. Infinity before the first `reset`: complete for nothing. */
  readonly globalFloor: number
  /** Forgets all. From then on everything newer than `floor` that is pushed is kept: the caller pushes all there is. */
  reset(floor: number): void
  /** Forgets, for all keys, what is at or below `floor`: memory stays bounded as time goes on. Looks at every key. */
  raiseFloor(floor: number): void
  /** The id down to which (not including it) the key's list is complete: its own floor, where it has one, or the global one. */
  floorOf(key: number): number
  lengthOf(key: number): number
  /** The newest id, 0 when there is none. */
  newestOf(key: number): number
  /** Adds an id; in any order, ids at or below the floor and ids that are there are ignored. Returns whether it was added. */
  push(key: number, id: number): boolean
  remove(key: number, id: number): boolean
  /**
   * Replaces a key's list by the first `count` ids (newest first, each once), complete above `floor`, which may lie deeper than
   * the global one. Of more than 800 ids the newest are kept and the floor rises.
   */
  fill(key: number, ids: Float64Array, range: { count: number; floor: number }): void
  /** Forgets what a fill has added below the global floor. */
  shed(key: number): void
  /** Memory in bytes, metadata included. */
  bytes(): number
}
