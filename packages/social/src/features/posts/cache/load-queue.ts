// What is missing in memory is loaded by few statements: keys that are wanted at the same time share one, and a key that is
// being loaded is not loaded twice. Bounded: beyond that the server says that it is overloaded.

import { AppError } from "@aviary/kit"

export interface LoadQueueOptions<K, V> {
  /** Loads keys; those that are absent from the result do not exist. */
  readonly run: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>
  /** Keys of one run at most. */
  readonly most: number
  /** Runs at once. */
  readonly atOnce: number
  /** Keys that may wait. */
  readonly waiting: number
}

/** Gives the value of a key, or undefined where there is none. Fails with `server.overloaded`. */
export type LoadQueue<K, V> = (key: K) => Promise<V | undefined>

export function createLoadQueue<K, V>(options: LoadQueueOptions<K, V>): LoadQueue<K, V> {
  const { run, most, atOnce } = options
  /** Waiting or being loaded. */
  const wanted = new Map<K, PromiseWithResolvers<V | undefined>>()
  let queue: K[] = []
  let running = 0
  let scheduled = false

  async function runBatch(keys: readonly K[]): Promise<void> {
    running += 1
    try {
      const found = await run(keys)
      for (const key of keys) settle(key)?.resolve(found.get(key))
    } catch (error) {
      for (const key of keys) settle(key)?.reject(error)
    } finally {
      running -= 1
      start()
    }
  }

  function settle(key: K): PromiseWithResolvers<V | undefined> | undefined {
    const waiter = wanted.get(key)
    wanted.delete(key)
    return waiter
  }

  function start(): void {
    while (running < atOnce && queue.length > 0) {
      const keys = queue.slice(0, most)
      queue = queue.slice(most)
      void runBatch(keys)
    }
  }

  /** After this turn, so that a page's keys go together. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    queueMicrotask(() => {
      scheduled = false
      start()
    })
  }

  return (key) => {
    const known = wanted.get(key)
    if (known) return known.promise
    if (queue.length >= options.waiting) return Promise.reject(new AppError("server.overloaded"))
    const waiter = Promise.withResolvers<V | undefined>()
    wanted.set(key, waiter)
    queue.push(key)
    schedule()
    return waiter.promise
  }
}
