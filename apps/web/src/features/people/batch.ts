// Many small questions asked as one: what is asked for within a few milliseconds goes out together.

interface Waiting<T> {
  readonly id: string
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

export interface BatchDeps<T> {
  /** Asks for all at once; answers come in any order. */
  readonly load: (ids: readonly string[]) => Promise<readonly T[]>
  readonly idOf: (value: T) => string
  readonly most: number
  readonly setTimer: (run: () => void, ms: number) => void
}

const GATHER_MS = 8

/** A function that gives one, and asks for several. Rejects for what the answer leaves out. */
export function createBatch<T>({ load, idOf, most, setTimer }: BatchDeps<T>): (id: string) => Promise<T> {
  let waiting: Waiting<T>[] = []

  async function send(these: readonly Waiting<T>[]) {
    try {
      const found = new Map(
        (await load([...new Set(these.map(({ id }) => id))])).map((one) => [idOf(one), one]),
      )
      for (const { id, resolve, reject } of these) {
        const one = found.get(id)
        if (one === undefined) reject(new Error(`The answer has no ${id}`))
        else resolve(one)
      }
    } catch (error) {
      for (const { reject } of these) reject(error)
    }
  }

  function flush() {
    const all = waiting
    waiting = []
    for (let from = 0; from < all.length; from += most) void send(all.slice(from, from + most))
  }

  return (id) =>
    new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setTimer(flush, GATHER_MS)
      waiting.push({ id, resolve, reject })
    })
}
