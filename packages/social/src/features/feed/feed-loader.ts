// Fills the feed's memory: at start, before requests are taken where it goes quickly, and behind them where it does not or
// whenever memory was dropped. Until it is full, homes are read from PostgreSQL.

import type { Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { FeedImage } from "./feed-image.ts"
import type { FeedMemory } from "./feed-memory.ts"

export interface FeedLoaderDeps extends Pick<Core, "history" | "reading"> {
  readonly memory: FeedMemory
  readonly readImage: () => Promise<FeedImage>
  readonly log: Log
}

export interface FeedLoader extends Part {
  /** Memory was dropped: it is filled again. */
  wake(): void
  /** Resolves when memory is full. */
  loaded(): Promise<void>
}

/** A start waits for memory at most so long: the first reads are then quick too. */
const START_WAIT_MS = 3_000
const RETRY_MS = 1_000
/** How soon it is looked again whether this process follows the log already. */
const FOLLOWING_MS = 20

export function createFeedLoader(deps: FeedLoaderDeps): FeedLoader {
  const { memory, history } = deps
  let stopped = true
  let working: Promise<void> | undefined
  let resting: { timer: NodeJS.Timeout; resolve: () => void } | undefined

  async function work(): Promise<void> {
    while (!stopped && !memory.isReady()) {
      // An image read before the log is followed would lack what happens in between.
      if (!deps.reading.isCurrent(undefined)) await rest(FOLLOWING_MS)
      else if (!(await load())) await rest(RETRY_MS)
    }
  }

  async function load(): Promise<boolean> {
    const started = performance.now()
    try {
      const mark = history.mark()
      const image = await deps.readImage()
      const since = history.since(mark)
      if (!since) {
        deps.log.warn("more happened while the feed was loaded than is remembered; loading it again")
        return false
      }
      memory.install(image, since)
      const { accounts, follows, posts, bytes } = memory.stats()
      const ms = Math.round(performance.now() - started)
      deps.log.info({ accounts, follows, posts, bytes, ms }, "the feed is in memory")
      return true
    } catch (error) {
      if (!stopped) deps.log.warn({ error: messageOf(error) }, "the feed could not be loaded; trying again")
      return false
    }
  }

  async function rest(ms: number): Promise<void> {
    if (stopped) return
    await new Promise<void>((resolve) => {
      resting = { timer: setTimeout(resolve, ms), resolve }
    })
    resting = undefined
  }

  function wake(): void {
    if (stopped) return
    working ??= work().finally(() => {
      working = undefined
      if (!memory.isReady()) wake()
    })
  }

  async function loaded(): Promise<void> {
    while (!memory.isReady() && working) await working
  }

  return {
    name: "feed memory",
    async start() {
      stopped = false
      wake()
      await atMost(START_WAIT_MS, loaded())
    },
    async stop() {
      stopped = true
      clearTimeout(resting?.timer)
      resting?.resolve()
      await working
    },
    wake,
    loaded,
  }
}

/** Waits for something, but not longer than that. */
async function atMost(ms: number, what: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([what, over])
  clearTimeout(timer)
}
