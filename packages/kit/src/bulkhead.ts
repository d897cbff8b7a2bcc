// Keeps one kind of heavy work from taking the whole process: only so much of it runs at once, only so much waits, and
// the rest is refused at once, so that callers get an answer while the server is still well. Never drops work it took.

export interface BulkheadOptions {
  /** How many pieces of work may run at the same time; at least 1. */
  readonly concurrent: number
  /** How many more may wait for their turn; 0 refuses whatever cannot start at once. */
  readonly waiting: number
  /** The error that refused work gets. */
  readonly refuse: () => Error
}

export interface Bulkhead {
  /** Runs the work when its turn comes, first come first served. Rejects with `refuse()` when too much waits already. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** How many pieces of work run now, and how many wait. */
  load(): { running: number; waiting: number }
}

export function createBulkhead({ concurrent, waiting, refuse }: BulkheadOptions): Bulkhead {
  const queue: (() => void)[] = []
  let running = 0

  /** Passes the slot on to the next in the queue, so that no newcomer can slip in between. */
  function release() {
    const next = queue.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return {
    async run(work) {
      if (running < concurrent) running += 1
      else if (queue.length < waiting) await new Promise<void>((resolve) => queue.push(resolve))
      else throw refuse()

      try {
        return await work()
      } finally {
        release()
      }
    },
    load: () => ({ running, waiting: queue.length }),
  }
}
