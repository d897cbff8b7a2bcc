// Smoke tests and hooks while they run. A result is handed on once; whoever crashed before it was kept runs the task again, with the
// same id.

import type { TaskResult } from "../rollout/measurements.ts"

export interface Tasks {
  /** Begins what is not under way. */
  begin(id: string, run: (signal: AbortSignal) => Promise<TaskResult>): void
  isRunning(id: string): boolean
  /** Those that have come to an end since it was last asked, by id. */
  take(ofRollout: string): Readonly<Record<string, TaskResult>>
  running(ofRollout: string): readonly string[]
  stop(): void
}

export function createTasks(deps: { onDone: () => void }): Tasks {
  const running = new Set<string>()
  const done = new Map<string, TaskResult>()
  const stopping = new AbortController()
  return {
    begin(id, run) {
      if (running.has(id) || done.has(id) || stopping.signal.aborted) return
      running.add(id)
      void (async () => {
        const result = await run(stopping.signal).catch((error: unknown): TaskResult => ({
          state: "failed",
          reason: String(error),
        }))
        running.delete(id)
        // One that was cut off by the end of this process has no result: the next process runs it.
        if (stopping.signal.aborted) return
        done.set(id, result)
        deps.onDone()
      })()
    },
    isRunning: (id) => running.has(id),
    take(rollout) {
      const taken = [...done].filter(([id]) => id.startsWith(`${rollout}/`))
      for (const [id] of taken) done.delete(id)
      return Object.fromEntries(taken)
    },
    running: (rollout) => [...running].filter((id) => id.startsWith(`${rollout}/`)),
    stop: () => stopping.abort(),
  }
}
