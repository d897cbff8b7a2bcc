// Keeps the store free of what nobody uses, hourly: uploads that never became part of a post, and what interrupted writes
// left. A failure is no more than a later try.

import type { Clock, Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { MediaStore } from "./media-store.ts"

export interface MediaSweeperDeps {
  readonly clock: Clock
  readonly log: Log
  readonly store: MediaStore
  readonly sweepMedia: () => Promise<number>
}

const EVERY_MS = 3_600_000
/** Far longer than the slowest write takes. */
const INTERRUPTED_MS = 3_600_000

export function createMediaSweeper(deps: MediaSweeperDeps): Part {
  const { clock, log } = deps
  let cancel = () => {}
  let sweeping: Promise<void> | undefined

  async function sweep(): Promise<void> {
    try {
      const removed = await deps.sweepMedia()
      if (removed > 0) log.info({ removed }, "removed uploads that no post used for a day")
      await deps.store.cleanUp(clock.now() - INTERRUPTED_MS)
    } catch (error) {
      log.warn({ error: messageOf(error) }, "sweeping media failed; it will be tried again")
    }
  }

  function schedule(): void {
    cancel = clock.after(EVERY_MS, () => {
      sweeping ??= sweep().finally(() => {
        sweeping = undefined
      })
      schedule()
    })
  }

  return {
    name: "media sweeper",
    async start() {
      schedule()
    },
    async stop() {
      cancel()
      await sweeping
    },
  }
}
