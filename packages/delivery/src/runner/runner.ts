// Runs rollouts: measures, lets decide.ts decide, keeps the decision on the disk, then performs it. Holds no rule of its own. It may
// be killed anywhere: what was kept says how to go on, and what was not is decided again.

import { messageOf } from "@aviary/kit"
import type { Clock } from "@aviary/kit"
import type { Analyses } from "../analysis/analysis.ts"
import type { Action } from "../rollout/actions.ts"
import { decide } from "../rollout/decide.ts"
import type { Measurements } from "../rollout/measurements.ts"
import { createElapsed } from "../supervisor/elapsed.ts"
import type { Elapsed } from "../supervisor/elapsed.ts"
import { createEffects } from "./effects.ts"
import type { Load } from "./request-counts.ts"
import type { RolloutRecord } from "./rollout-record.ts"
import { coldFleets, idleActions } from "./idle-service.ts"
import { strategyOf } from "../rollout/strategies/strategies.ts"
import { createTasks } from "./tasks.ts"
import { createMeasuring } from "./measuring.ts"
import type { MeasuringDeps } from "./measuring.ts"
import { createPerform } from "./perform.ts"
import type { PerformDeps } from "./perform.ts"

export interface RunnerDeps
  extends
    Omit<MeasuringDeps, "tasks" | "analyses">,
    Omit<PerformDeps, "effects" | "tasks" | "poke" | "analyses"> {
  readonly analyses: Analyses
  /** A rollout has ended and is in its service's history. */
  readonly onEnd: (service: string) => void
  /** Timers. */
  readonly clock: Pick<Clock, "after">
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
/** Analyses that have ended, of a rollout. */
const MAX_EVIDENCE = 4

export function createRunner(deps: RunnerDeps): Runner {
  const { analyses, store, log, monotonic } = deps
  const tasks = createTasks({ onDone: poke })
  const effects = createEffects({ log, onSettled: poke })
  const measuring = createMeasuring({ ...deps, tasks })
  const { perform, performIdle } = createPerform({ ...deps, effects, tasks, poke })
  let elapsed: Elapsed | undefined
  let cancelTick: (() => void) | undefined
  let poked = false
  let running = false
  let analysing = false
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
    measuring.poll()
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
    const before = measuring.collected(record)
    const measured = measuring.measure(service, before)
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
    const evidence = [
      ...(decided.evidence ?? []),
      ...decided.analyses.flatMap((id) => {
        const status = left.includes(id) ? undefined : measured.analyses[id]
        return status ? [{ ...status, id }] : []
      }),
    ].slice(-MAX_EVIDENCE)
    keep(service, { ...decided, analyses: left, evidence, state: { ...state, outbox: [] } })
    if (state.phase === "ended") end(service, measured, at)
    else dropCold(service, decided, { measured, now: at })
  }

  function keep(service: string, record: RolloutRecord): void {
    store.set(service, (one) => ({ ...one, rollout: record }))
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
    const measured = measuring.measure(service, null)
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
    measure: (service) => measuring.measure(service, store.get(service).rollout),
    load: (service) => measuring.load(service),
    now,
    async stop() {
      running = false
      cancelTick?.()
      measuring.stop()
      tasks.stop()
      await effects.settled()
      store.pass(now())
      store.save()
    },
  }
}

const ended = (actions: readonly Action[], analysis: string): boolean =>
  actions.some((action) => action.kind === "end-analysis" && action.analysis === analysis)
