// Runs rollouts: measures, lets decide.ts decide, keeps the decision on the disk, then performs it. Holds no rule of its own. It may
// be killed anywhere: what was kept says how to go on, and what was not is decided again.

import { messageOf } from "@aviary/kit"
import type { Clock, Log } from "@aviary/kit"
import type { Analyses } from "../analysis/analysis.ts"
import type { EventLog } from "../events/event-log.ts"
import type { Action } from "../rollout/actions.ts"
import { decide } from "../rollout/decide.ts"
import type { Measurements, TaskResult } from "../rollout/measurements.ts"
import type { ResolvedRollout } from "../rollout/resolved-rollout.ts"
import type { Fleets } from "../supervisor/fleets.ts"
import { createElapsed } from "../supervisor/elapsed.ts"
import type { Elapsed } from "../supervisor/elapsed.ts"
import type { Traffic } from "../traffic/traffic.ts"
import { createEffects } from "./effects.ts"
import { countRequests, createLoadMeter } from "./request-counts.ts"
import type { GatewayCounts, Load, LoadMeter } from "./request-counts.ts"
import type { RolloutRecord } from "./rollout-record.ts"
import type { ServiceStore } from "./service-store.ts"
import { coldFleets, idleActions } from "./idle-service.ts"
import type { IdleAction } from "./idle-service.ts"
import { strategyOf } from "../rollout/strategies/strategies.ts"
import { createTasks } from "./tasks.ts"

export interface RunnerDeps {
  readonly fleets: Fleets
  readonly traffic: Traffic
  readonly analyses: Analyses
  readonly counts: GatewayCounts & { readonly poll?: (signal: AbortSignal) => Promise<void> }
  readonly store: ServiceStore
  readonly events: EventLog
  /** What keeps a rollout from starting. */
  readonly blockedBy: (rollout: ResolvedRollout) => readonly string[]
  readonly runSmokeTest: (
    action: Extract<Action, { kind: "run-smoke-test" }>,
    signal: AbortSignal,
  ) => Promise<TaskResult>
  readonly callHook: (
    record: RolloutRecord,
    action: Extract<Action, { kind: "call-hook" }>,
    signal: AbortSignal,
  ) => Promise<TaskResult>
  /** Called with what has been counted, about each second. */
  readonly onCounts?: (service: string, sum: { requests: number; failures: number }) => void
  /** A rollout has ended and is in its service's history. */
  readonly onEnd: (service: string) => void
  /** Timers. */
  readonly clock: Pick<Clock, "after">
  /** Milliseconds that only rise. */
  readonly monotonic: () => number
  readonly log: Log
}

export interface Runner {
  start(): void
  /** Decides soon, and does not wait for the next tick. */
  poke(): void
  measure(service: string): Measurements
  load(service: string): Load | null
  /** Milliseconds on the installation's own time. */
  now(): number
  /** Performs nothing more; what is under way is waited for. */
  stop(): Promise<void>
}

const TICK_MS = 100
/** A crash costs at most so much time of a phase. */
const SAVE_EVERY_MS = 5_000
const POLL_EVERY_MS = 500
const MAX_TASK_RESULTS = 500

export function createRunner(deps: RunnerDeps): Runner {
  const { fleets, traffic, analyses, counts, store, events, log, monotonic } = deps
  const tasks = createTasks({ onDone: poke })
  const effects = createEffects({ log, onSettled: poke })
  const meters = new Map<string, LoadMeter>()
  const polling = new AbortController()
  let elapsed: Elapsed | undefined
  let cancelTick: (() => void) | undefined
  let poked = false
  let running = false
  let analysing = false
  let polledAt = Number.NEGATIVE_INFINITY
  let savedAt = 0

  const now = (): number => elapsed?.now() ?? store.elapsedMs()

  function poke(): void {
    if (!running || poked) return
    poked = true
    setImmediate(() => {
      poked = false
      if (running) look()
    })
  }

  function tick(): void {
    if (!running) return
    poll()
    analyse()
    look()
    cancelTick = deps.clock.after(TICK_MS, tick)
  }

  function look(): void {
    const at = now()
    store.pass(at)
    for (const service of store.names()) {
      try {
        step(service, at)
      } catch (error) {
        // One rollout's trouble is not another's; it is tried again at the next tick.
        log.error({ service, error: messageOf(error) }, "a rollout could not be decided")
      }
    }
    if (at - savedAt < SAVE_EVERY_MS) return
    savedAt = at
    store.save()
  }

  function step(service: string, at: number): void {
    const record = store.get(service).rollout
    if (!record) return keepIdle(service, at)
    const before = collected(record)
    const measured = measureRecord(service, before)
    const { state, actions } = decide(record.rollout, before.state, measured, at - record.startedMs)
    const begun = actions.flatMap((action) => (action.kind === "begin-analysis" ? [action.spec.id] : []))
    const decided: RolloutRecord = {
      ...before,
      state,
      analyses: [...new Set([...before.analyses, ...begun])],
    }
    keep(service, decided)
    // Kept before it is acted upon: after a crash an action without its decision would be nobody's order.
    if (state.revision !== record.state.revision || before.tasks !== record.tasks) store.save()
    for (const action of actions) perform(service, decided, action)
    const left = decided.analyses.filter((id) => !ended(actions, id))
    keep(service, { ...decided, analyses: left, state: { ...state, outbox: [] } })
    if (state.phase === "ended") end(service, measured, at)
    else dropCold(service, decided, { measured, now: at })
  }

  function keep(service: string, record: RolloutRecord): void {
    store.set(service, (one) => ({ ...one, rollout: record }))
  }

  /** The record with the results of tasks and the counts that have come. */
  function collected(record: RolloutRecord): RolloutRecord {
    const { id, service } = record.rollout
    const counted = countRequests(record.counts, counts.read(service))
    const done = tasks.take(id)
    if (Object.keys(done).length === 0)
      return counted === record.counts ? record : { ...record, counts: counted }
    for (const [task, { state, reason }] of Object.entries(done))
      events.append({
        service,
        rollout: id,
        type: task.includes("/smoke/") ? "smoke.result" : "hook.result",
        data: { text: `${task}: ${state}, ${reason}`, task, state },
      })
    const results = Object.entries({ ...record.tasks, ...done }).slice(-MAX_TASK_RESULTS)
    return { ...record, counts: counted, tasks: Object.fromEntries(results) }
  }

  function measureRecord(service: string, record: RolloutRecord | null): Measurements {
    const id = record?.rollout.id ?? ""
    const known = Object.fromEntries(
      record
        ? record.analyses.flatMap((analysis) => {
            const status = analyses.status(analysis)
            return status ? [[analysis, status] as const] : []
          })
        : [],
    )
    const under = tasks.running(id).map((task) => [task, { state: "running" as const, reason: "" }] as const)
    return {
      fleets: Object.fromEntries(fleets.list(service).map((fleet) => [fleet.id, fleet])),
      traffic: traffic.inForce(service) ?? null,
      analyses: known,
      tasks: { ...record?.tasks, ...Object.fromEntries(under) },
      gates: { blockedBy: record?.state.phase === "gated" ? deps.blockedBy(record.rollout) : [] },
      requests: record?.counts.total ?? {},
      visitors: counts.visitors(service),
      load: meters.get(service)?.load() ?? null,
      pointer: store.get(service).stable?.release ?? null,
    }
  }

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

  function end(service: string, measured: Measurements, at: number): void {
    const record = store.get(service).rollout
    if (!record) return
    for (const analysis of record.analyses) analyses.end(analysis)
    store.finish(service, { measured, at })
    store.save()
    log.info(
      { service, rollout: record.rollout.id, outcome: record.state.outcome, reason: record.state.reason },
      "rollout ended",
    )
    deps.onEnd(service)
  }

  function keepIdle(service: string, at: number): void {
    const measured = measureRecord(service, null)
    for (const action of idleActions(store.get(service), measured, { service, now: at }))
      performIdle(service, action)
  }

  /** Of rollouts before this one. */
  function dropCold(
    service: string,
    { rollout }: RolloutRecord,
    at: { measured: Measurements; now: number },
  ): void {
    const own = [
      rollout.to,
      ...(rollout.from === null ? [] : [rollout.from]),
      ...strategyOf(rollout).touches(rollout),
    ]
    const given = { service, now: at.now, needed: new Set(own) }
    for (const action of coldFleets(store.get(service), at.measured, given)) performIdle(service, action)
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

  function poll(): void {
    const at = monotonic()
    if (at - polledAt < POLL_EVERY_MS) return
    polledAt = at
    if (!counts.poll) return counted()
    void pollCounts(counts.poll)
  }

  async function pollCounts(read: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await read(polling.signal)
      counted()
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the gateway's counters were not read")
    }
  }

  function counted(): void {
    for (const service of store.names()) {
      const counters = counts.read(service)
      const meter = meters.get(service) ?? createLoadMeter()
      meters.set(service, meter)
      meter.add(counters, monotonic())
      if (counters.length === 0) continue
      deps.onCounts?.(service, {
        requests: counters.reduce((sum, { requests }) => sum + requests, 0),
        failures: counters.reduce((sum, { failures }) => sum + failures, 0),
      })
    }
  }

  function analyse(): void {
    if (analysing) return
    analysing = true
    void analyses
      .tick(now())
      .catch((error: unknown) => log.error({ error: messageOf(error) }, "analyses could not be measured"))
      .finally(() => {
        analysing = false
        poke()
      })
  }

  return {
    start() {
      running = true
      elapsed = createElapsed(store.elapsedMs(), monotonic)
      tick()
    },
    poke,
    measure: (service) => measureRecord(service, store.get(service).rollout),
    load: (service) => meters.get(service)?.load() ?? null,
    now,
    async stop() {
      running = false
      cancelTick?.()
      polling.abort()
      tasks.stop()
      await effects.settled()
      store.pass(now())
      store.save()
    },
  }
}

const ended = (actions: readonly Action[], analysis: string): boolean =>
  actions.some((action) => action.kind === "end-analysis" && action.analysis === analysis)
