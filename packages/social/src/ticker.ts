// Background work that comes round: ends polls, publishes scheduled posts, sweeps what is old. Runs do not overlap; a failed
// one is logged and comes round again. The work itself must be safe to run in several processes at once.

import type { Clock, Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"

export interface TickerDeps {
  readonly name: string
  /** Milliseconds from the end of one run to the start of the next. */
  readonly everyMs: number
  /** One round. `signal` aborts when the process stops; long rounds look at it. */
  readonly run: (signal: AbortSignal) => Promise<unknown>
  readonly clock: Clock
  readonly log: Log
}

/** A part that runs something again and again, the first time `everyMs` after its start. */
export function createTicker(deps: TickerDeps): Part {
  const { name, everyMs, run, clock, log } = deps
  let stopping = new AbortController()
  let cancel = () => {}
  let working: Promise<void> = Promise.resolve()

  async function round(): Promise<void> {
    try {
      await run(stopping.signal)
    } catch (error) {
      log.warn({ part: name, error: messageOf(error) }, "background work failed; it will try again")
    }
    if (!stopping.signal.aborted) schedule()
  }

  function schedule(): void {
    cancel = clock.after(everyMs, () => {
      working = round()
    })
  }

  return {
    name,
    async start() {
      stopping = new AbortController()
      schedule()
    },
    async stop() {
      stopping.abort()
      cancel()
      await working
    },
  }
}
