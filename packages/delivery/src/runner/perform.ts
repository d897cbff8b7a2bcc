// Performs what was decided, each action in its own way and never twice at a time. Decides nothing; what comes of an action is seen
// by measuring.

import type { Analyses } from "../analysis/analysis.ts"
import type { EventLog } from "../events/event-log.ts"
import type { Action } from "../rollout/actions.ts"
import type { TaskResult } from "../rollout/measurements.ts"
import type { Fleets } from "../supervisor/fleets.ts"
import type { Traffic } from "../traffic/traffic.ts"
import type { Effects } from "./effects.ts"
import type { IdleAction } from "./idle-service.ts"
import type { RolloutRecord } from "./rollout-record.ts"
import type { ServiceStore } from "./service-store.ts"
import type { Tasks } from "./tasks.ts"

export interface PerformDeps {
  readonly fleets: Fleets
  readonly traffic: Traffic
  readonly analyses: Pick<Analyses, "begin" | "end">
  readonly store: ServiceStore
  readonly events: EventLog
  readonly effects: Effects
  readonly tasks: Tasks
  readonly runSmokeTest: (
    action: Extract<Action, { kind: "run-smoke-test" }>,
    signal: AbortSignal,
  ) => Promise<TaskResult>
  readonly callHook: (
    record: RolloutRecord,
    action: Extract<Action, { kind: "call-hook" }>,
    signal: AbortSignal,
  ) => Promise<TaskResult>
  /** The world may be another one now. */
  readonly poke: () => void
  /** Milliseconds that only rise. */
  readonly monotonic: () => number
}

export function createPerform(deps: PerformDeps) {
  const { fleets, traffic, analyses, store, events, effects, tasks, poke, monotonic } = deps

  function perform(service: string, record: RolloutRecord, action: Action): void {
    const { id } = record.rollout
    switch (action.kind) {
      case "apply-traffic":
        return effects.perform(action.id, monotonic(), () => traffic.apply(service, action.plan))
      case "set-pointer":
        store.point(service, action.release)
        store.save()
        return poke()
      case "want-fleet":
        return effects.perform(action.id, monotonic(), () => fleets.want(action.fleet))
      case "drop-fleet":
        return effects.perform(action.id, monotonic(), () => fleets.drop(action.fleet))
      case "begin-analysis":
        analyses.begin(action.spec)
        events.append({
          service,
          rollout: id,
          type: "analysis.started",
          data: { text: `Analysis ${action.spec.id} begins`, analysis: action.spec.id },
        })
        return poke()
      case "end-analysis":
        return analyses.end(action.analysis)
      case "run-smoke-test":
        return tasks.begin(action.id, (signal) => deps.runSmokeTest(action, signal))
      case "call-hook":
        return tasks.begin(action.id, (signal) => deps.callHook(record, action, signal))
      case "emit": {
        const { sequence, type, data } = action.event
        events.append({ service, rollout: id, sequence, type, data })
      }
    }
  }

  function performIdle(service: string, action: IdleAction): void {
    effects.perform(action.id, monotonic(), () => {
      switch (action.kind) {
        case "apply-traffic":
          return traffic.apply(service, action.plan)
        case "want-fleet":
          return fleets.want(action.fleet)
        case "drop-fleet": {
          const text = `${action.fleet} is not kept running any more`
          events.append({
            service,
            rollout: "",
            type: "service.retired",
            data: { text, fleet: action.fleet },
          })
          return fleets.drop(action.fleet)
        }
      }
    })
  }

  return { perform, performIdle }
}
