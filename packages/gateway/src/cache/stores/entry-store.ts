// Where kept answers live, within a budget of bytes. What is to go when the budget is full is the store's one decision; a store
// never looks at what it keeps.

export interface EntryStore<V> {
  /** Counts as a use. */
  get(key: string): V | undefined
  /** Not a use. */
  peek(key: string): V | undefined
  /**
   * Puts it in place of what was there, and evicts until the budget holds. False when it is larger than the whole budget:
   * nothing is kept under the key then.
   */
  set(key: string, value: V, bytes: number): boolean
  delete(key: string): void
  clear(): void
  readonly size: number
  /** Bytes of all entries, as they were given. */
  readonly bytes: number
}

export interface StoreOptions<V> {
  readonly maxBytes: number
  /** Called for each entry that leaves, replaced ones included. */
  readonly onLeave?: (value: V, why: "evicted" | "replaced" | "deleted") => void
}

export type CreateStore = <V>(options: StoreOptions<V>) => EntryStore<V>
