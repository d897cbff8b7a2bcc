// Actions under way: each id at most once at a time, and after a failure not again before a moment has passed. What comes of an
// action is seen by measuring, not remembered here; a crash loses nothing.

import { messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"

const RETRY_MS = 1_000

export interface Effects {
  /** Begins unless it is under way or has just failed. `now` is monotonic milliseconds. */
  perform(id: string, now: number, effect: () => Promise<void> | void): void
  /** When all that is under way now is over. */
  settled(): Promise<void>
}

export function createEffects(deps: { log: Pick<Log, "warn">; onSettled: () => void }): Effects {
  const running = new Map<string, Promise<void>>()
  const failedAt = new Map<string, number>()
  return {
    perform(id, now, effect) {
      if (running.has(id) || now - (failedAt.get(id) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) return
      const done = (async () => {
        try {
          await effect()
          failedAt.delete(id)
        } catch (error) {
          for (const [other, at] of failedAt) if (now - at > RETRY_MS) failedAt.delete(other)
          failedAt.set(id, now)
          deps.log.warn(
            { action: id, error: messageOf(error) },
            "an action of a rollout failed and is tried again",
          )
        } finally {
          running.delete(id)
          deps.onSettled()
        }
      })()
      running.set(id, done)
    },
    async settled() {
      await Promise.all(running.values())
    },
  }
}
