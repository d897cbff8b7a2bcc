// Group commit: what comes while a batch is being worked on waits and goes together as the next batch. Alone, a piece of work
// waits for nobody; under load the cost of a batch is shared by all that are in it.
// Source: DeWitt et al., Implementation Techniques for Main Memory Database Systems, SIGMOD 1984 (group commit).

export interface GroupOptions<T, R> {
  /** Works on a batch; the results in the order of the items. Rejecting fails the batch as a whole. */
  readonly run: (items: readonly T[]) => Promise<readonly R[]>
  /** Items of one batch at most (default 64). */
  readonly most?: number
  /** How many may wait; more are refused with `refuse()`. */
  readonly waiting: number
  readonly refuse: () => Error
  /** Whether a batch may have failed because of one of its items, rather than because nothing works right now. */
  readonly isItemsFault: (error: unknown) => boolean
}

/**
 * A function that puts one item into the next batch and gives its result. When a batch of several fails by an item's fault,
 * each is tried once more alone, so that one bad item does not fail its neighbours.
 */
export function createGroup<T, R>(options: GroupOptions<T, R>): (item: T) => Promise<R> {
  const { run, refuse, waiting, most = 64 } = options
  interface Entry {
    readonly item: T
    readonly resolve: (result: R) => void
    readonly reject: (reason: unknown) => void
  }
  const queue: Entry[] = []
  let working = false

  async function runBatch(entries: readonly Entry[]): Promise<void> {
    try {
      const results = await run(entries.map((entry) => entry.item))
      for (const [index, entry] of entries.entries()) entry.resolve(results[index] as R)
    } catch (error) {
      if (entries.length > 1 && options.isItemsFault(error)) {
        for (const entry of entries) await runBatch([entry])
      } else {
        for (const entry of entries) entry.reject(error)
      }
    }
  }

  async function work(): Promise<void> {
    working = true
    while (queue.length > 0) await runBatch(queue.splice(0, most))
    working = false
  }

  return (item) =>
    new Promise<R>((resolve, reject) => {
      if (queue.length >= waiting) {
        reject(refuse())
        return
      }
      queue.push({ item, resolve, reject })
      if (!working) void work()
    })
}
