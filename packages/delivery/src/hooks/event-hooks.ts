// Tells the `event` hooks of a rollout of everything that happens in it, in order, one call at a time for each hook. What they miss
// while this process is down, or when they are slow beyond a bound, they can read from the log of events.

import type { Log } from "@aviary/kit"
import type { EventLog } from "../events/event-log.ts"
import type { RolloutEvent } from "../events/rollout-event.ts"
import type { RolloutRecord } from "../runner/rollout-record.ts"
import type { TaskResult } from "../rollout/measurements.ts"
import type { Hook } from "../spec/gates-schema.ts"
import type { HookBody } from "./call-hook.ts"

const MAX_QUEUED = 1_000

export interface EventHooks {
  start(): void
  stop(): void
}

export function createEventHooks(deps: {
  readonly events: Pick<EventLog, "onAppend">
  readonly rolloutOf: (service: string) => RolloutRecord | undefined
  readonly callHook: (hook: Hook, body: HookBody, signal: AbortSignal) => Promise<TaskResult>
  readonly log: Pick<Log, "warn">
}): EventHooks {
  const stopping = new AbortController()
  const queues = new Map<string, { hook: Hook; body: HookBody }[]>()
  let unlisten: (() => void) | undefined

  function tell(event: RolloutEvent): void {
    const record = deps.rolloutOf(event.service)
    if (!record || record.rollout.id !== event.rollout) return
    const { rollout, state } = record
    for (const hook of rollout.spec.hooks) {
      if (hook.type !== "event") continue
      const body: HookBody = {
        id: `${rollout.id}/event/${event.id}`,
        type: "event",
        time: event.time,
        service: event.service,
        rollout: rollout.id,
        release: rollout.to,
        from: rollout.from,
        phase: state.phase,
        weight: state.weight,
        text: event.data.text,
        event,
      }
      enqueue(hook, body)
    }
  }

  function enqueue(hook: Hook, body: HookBody): void {
    const queue = queues.get(hook.url)
    if (queue) {
      if (queue.length < MAX_QUEUED) queue.push({ hook, body })
      else deps.log.warn({ url: hook.url, event: body.id }, "an event hook is too slow and misses an event")
      return
    }
    const fresh = [{ hook, body }]
    queues.set(hook.url, fresh)
    void drain(hook.url, fresh)
  }

  async function drain(url: string, queue: { hook: Hook; body: HookBody }[]): Promise<void> {
    for (let next = queue.shift(); next && !stopping.signal.aborted; next = queue.shift()) {
      const { state, reason } = await deps.callHook(next.hook, next.body, stopping.signal)
      if (state !== "passed" && !stopping.signal.aborted)
        deps.log.warn({ url, event: next.body.id, reason }, "an event hook was not told")
    }
    queues.delete(url)
  }

  return {
    start: () => void (unlisten = deps.events.onAppend(tell)),
    stop() {
      unlisten?.()
      stopping.abort()
    },
  }
}
