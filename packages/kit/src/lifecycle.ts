// How parts start and stop: in order up, in reverse order down, each with a bounded time to drain. A part that fails to
// start stops those before it. Nothing here ends the process.

import { messageOf } from "./errors.ts"
import type { Log } from "./log.ts"

/** Something that runs: a server, a database child, a consumer. */
export interface Part {
  readonly name: string
  start(): Promise<void>
  /** Readiness drops, open work is finished, resources are closed. `signal` aborts when the time to drain is over. */
  stop(signal: AbortSignal): Promise<void>
}

/** Runs parts as one. `drainMs` (default 30,000) bounds the whole stop, the signal that `stop` is given may bound it more. */
export function createLifecycle(deps: { parts: readonly Part[]; log: Log; drainMs?: number }): Part {
  const { parts, log, drainMs = 30_000 } = deps
  const started: Part[] = []

  async function stop(asked?: AbortSignal): Promise<void> {
    const bound = AbortSignal.timeout(drainMs)
    const signal = asked ? AbortSignal.any([asked, bound]) : bound
    for (let part = started.pop(); part; part = started.pop()) {
      try {
        await part.stop(signal)
      } catch (error) {
        log.error({ part: part.name, error: messageOf(error) }, "part did not stop cleanly")
      }
    }
  }

  return {
    name: "lifecycle",
    async start() {
      for (const part of parts) {
        try {
          await part.start()
          started.push(part)
        } catch (error) {
          await stop()
          throw error
        }
      }
    },
    stop,
  }
}
