// What one live follower has yet to handle. A follower may take its time (it asks the database, it writes to sockets): the
// log is read on meanwhile, and waits only for one that is far behind.

import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { StoredEvent } from "./event.ts"
import type { Follower } from "./log-engine.ts"

export interface FollowerQueue {
  /** Hands events over; none is the news that there are none. Resolves at once, or when a follower far behind has caught up. */
  tell(events: readonly StoredEvent[]): Promise<void>
  /** Resolves when everything has been handled. */
  empty(): Promise<void>
}

/** Events that a follower may be behind before the reading of the log waits for it. */
const BACKLOG = 5_000

export function createFollowerQueue(deps: { follower: Follower; log: Log }): FollowerQueue {
  const { follower, log } = deps
  let waiting: StoredEvent[] = []
  let idle = false
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    while (waiting.length > 0 || idle) {
      const events = waiting
      waiting = []
      idle = false
      try {
        if (events.length > 0) await follower.handle(events)
        else await follower.idle?.()
      } catch (error) {
        // It loses a batch, and holds up no other: what was missed can be read from the timelines.
        log.error({ follower: follower.name, error: messageOf(error) }, "follower failed")
      }
    }
  }

  function start(): void {
    if (waiting.length === 0 && !idle) return
    working ??= work().finally(() => {
      working = undefined
      // What was told after the last look and before here.
      start()
    })
  }

  return {
    async tell(events) {
      waiting = waiting.concat(events)
      idle ||= events.length === 0
      start()
      if (waiting.length > BACKLOG) await working
    },
    async empty() {
      while (working) await working
    },
  }
}
