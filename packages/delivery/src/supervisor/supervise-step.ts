// The supervisor's decisions: from what is wanted and what was seen to what is done next. Pure; asks no clock and no system.
// The phases of an instance are described in process-state.ts.

import type { ReleaseManifest } from "../releases/manifest.ts"
import { defaultRules } from "../releases/manifest.ts"
import type { FleetSpec, FleetStatus } from "./fleets.ts"
import { CRASH_LOOP, restartDelay, STABLE_MS } from "./restart-policy.ts"
import type { FleetState, InstancePhase, InstanceState, SupervisorState } from "./process-state.ts"

/** What the decisions need of a release's manifest. */
export type FleetRules = Pick<ReleaseManifest, "health" | "drain">

/**
 * - `routed`: the gateway gives it requests, or it is not known yet whether it does.
 * - `leaving`: it gets no more, and has some that are under way.
 * - `none`: neither.
 */
export type InstanceTraffic = "routed" | "leaving" | "none"

export interface Observations {
  /** Processes that are gone, and how they ended. */
  readonly ended: ReadonlyMap<string, string>
  /** Answers to health checks since the last step: `silent` is none at all. */
  readonly health: ReadonlyMap<string, "good" | "bad" | "silent">
  /** What the gateway has of instances that drain; one that it does not name may get requests. */
  readonly traffic: ReadonlyMap<string, InstanceTraffic>
  /** Instances that could not be started, and why. */
  readonly notStarted: ReadonlyMap<string, string>
  /** Undefined where the release is not there. */
  readonly rulesOf: (fleet: FleetSpec) => FleetRules | undefined
  /** Everything is to end; what is wanted is kept for the next time. */
  readonly stopping: boolean
  /** Milliseconds since 1970, for records only. */
  readonly wallClock: number
}

export type SupervisorAction =
  | { readonly type: "launch"; readonly fleet: FleetSpec; readonly instance: string }
  | { readonly type: "signal"; readonly instance: string; readonly signal: "SIGTERM" | "SIGKILL" }

/** Longest wait for the gateway's last request of an instance that drains: streams would hold it for ever. */
const LAST_REQUESTS_MS = 5_000

/** `now`: milliseconds of elapsed time that no change of the clock moves. */
export function superviseStep(
  state: SupervisorState,
  seen: Observations,
  now: number,
): { readonly state: SupervisorState; readonly actions: readonly SupervisorAction[] } {
  const actions: SupervisorAction[] = []
  const fleets: Record<string, FleetState> = {}
  for (const [id, before] of Object.entries(state.fleets)) {
    const step: Step = { seen, rules: seen.rulesOf(before.spec) ?? defaultRules, now, actions }
    const fleet = judge(resize(advance(withoutEnded(before, step), step), step), step)
    if (fleet.dropped && fleet.instances.length === 0) continue
    fleets[id] = fleet
  }
  return { state: { elapsed: now, fleets }, actions }
}

interface Step {
  readonly seen: Observations
  readonly rules: FleetRules
  readonly now: number
  readonly actions: SupervisorAction[]
}

/** Those that ended are gone; where nobody had told them to, it is a failure of the fleet. */
function withoutEnded(fleet: FleetState, { seen, now }: Step): FleetState {
  let next = fleet
  for (const { id, phase } of fleet.instances) {
    const how = seen.ended.get(id) ?? seen.notStarted.get(id)
    if (how === undefined) continue
    next = { ...next, instances: next.instances.filter((one) => one.id !== id) }
    if (!isLeaving(phase)) next = failed(next, how, now)
  }
  return next
}

function failed(fleet: FleetState, how: string, now: number): FleetState {
  const failures = fleet.failures + 1
  const isLoop = failures >= CRASH_LOOP
  return {
    ...fleet,
    failures,
    retryAt: now + restartDelay(failures),
    ...(isLoop && { failure: `crash loop, ${failures} times in a row: ${how}` }),
  }
}

/** Moves each instance on by its answers and by time. */
function advance(fleet: FleetState, step: Step): FleetState {
  let next = fleet
  const instances: InstanceState[] = []
  for (const before of fleet.instances) {
    const { instance, failure } = advanceOne(withAnswer(before, step), step)
    instances.push(instance)
    if (failure !== undefined) next = { ...failed(next, failure, step.now), failure }
    const isStable = instance.phase === "ready" && step.now - instance.since >= STABLE_MS
    if (isStable && next.failures > 0) next = { ...next, failures: 0 }
  }
  return { ...next, instances }
}

function withAnswer(instance: InstanceState, { seen, now }: Step): InstanceState {
  const answer = seen.health.get(instance.id)
  if (answer === undefined) return instance
  if (answer === "good") {
    const { streak, healthySince = now } = instance
    return { ...instance, streak: Math.max(streak, 0) + 1, healthySince, answeredAt: now }
  }
  const { healthySince: _, ...rest } = instance
  const answeredAt = answer === "silent" ? instance.answeredAt : now
  return { ...rest, streak: Math.min(instance.streak, 0) - 1, answeredAt }
}

function advanceOne(instance: InstanceState, step: Step): { instance: InstanceState; failure?: string } {
  const { seen, now, actions } = step
  const { health, drain } = step.rules
  const { id, phase, streak } = instance
  const inPhase = now - instance.since
  const to = (next: InstancePhase) => ({ instance: { ...instance, phase: next, since: now } })
  const signal = (name: "SIGTERM" | "SIGKILL") =>
    void actions.push({ type: "signal", instance: id, signal: name })
  const kill = (failure: string) => {
    signal("SIGKILL")
    return { ...to("stopping"), failure }
  }
  switch (phase) {
    case "launching":
      return { instance }
    case "starting": {
      const minReady = health.minReadySeconds * 1_000
      const { healthySince = now } = instance
      if (streak >= health.healthyThreshold && now - healthySince >= minReady) return to("ready")
      if (inPhase < health.startupTimeout + minReady) return { instance }
      return kill(`it was not healthy within ${health.startupTimeout / 1_000} s of its start`)
    }
    case "ready":
    case "unready":
      if (now - instance.answeredAt >= health.unresponsiveTimeout)
        return kill(`it answered nothing for ${health.unresponsiveTimeout / 1_000} s`)
      if (phase === "ready") return streak <= -health.unhealthyThreshold ? to("unready") : { instance }
      return streak >= health.healthyThreshold ? to("ready") : { instance }
    case "draining":
      if (inPhase < patienceWith(seen.traffic.get(id) ?? "routed", drain.timeout)) return { instance }
      signal("SIGTERM")
      return to("stopping")
    case "stopping":
      if (inPhase >= drain.timeout) signal("SIGKILL")
      return { instance }
  }
}

/** How long one that drains is left to its requests before it is told to end, which it does in `timeout`, milliseconds. */
function patienceWith(traffic: InstanceTraffic, timeout: number): number {
  switch (traffic) {
    case "none":
      return 0
    case "leaving":
      return Math.min(LAST_REQUESTS_MS, timeout)
    case "routed":
      return timeout
  }
}

/** Starts what is missing, and drains what is too many: first what serves least. */
function resize(fleet: FleetState, { seen, now, actions }: Step): FleetState {
  const wanted = wantedOf(fleet, seen.stopping)
  const staying = fleet.instances.filter(({ phase }) => !isLeaving(phase))
  if (staying.length > wanted) {
    const leaving = new Set(
      [...staying].sort((a, b) => usefulness(a) - usefulness(b)).slice(0, staying.length - wanted),
    )
    // What was never started has nothing to drain.
    const instances = fleet.instances
      .filter((one) => !(leaving.has(one) && one.phase === "launching"))
      .map((one) => (leaving.has(one) ? { ...one, phase: "draining" as const, since: now } : one))
    return { ...fleet, instances }
  }
  const isMissing = seen.rulesOf(fleet.spec) === undefined
  if (staying.length === wanted || now < fleet.retryAt || isMissing) return fleet
  const instances = [...fleet.instances]
  for (let missing = wanted - staying.length; missing > 0; missing -= 1) {
    const id = freeSlot(fleet.spec.id, instances)
    instances.push({ id, phase: "launching", since: now, streak: 0, answeredAt: now })
    actions.push({ type: "launch", fleet: fleet.spec, instance: id })
  }
  return { ...fleet, instances }
}

function wantedOf(fleet: FleetState, stopping = false): number {
  return fleet.dropped || stopping ? 0 : fleet.spec.replicas
}

const USEFULNESS: Readonly<Record<InstancePhase, number>> = {
  stopping: 0,
  draining: 1,
  launching: 2,
  unready: 3,
  starting: 4,
  ready: 5,
}

/** The lowest slots are kept. */
function usefulness({ phase, id }: InstanceState): number {
  return USEFULNESS[phase] - slotOf(id) / 1e6
}

function slotOf(id: string): number {
  return Number(id.slice(id.lastIndexOf("-") + 1))
}

function freeSlot(fleet: string, instances: readonly InstanceState[]): string {
  const taken = new Set(instances.map(({ id }) => id))
  for (let n = 1; ; n += 1) if (!taken.has(`${fleet}-${n}`)) return `${fleet}-${n}`
}

/** What the fleet as a whole is: ready since when, or why it cannot be. */
function judge(fleet: FleetState, { seen }: Step): FleetState {
  const { readySince, failure, ...rest } = fleet
  const ready = fleet.instances.filter(({ phase }) => phase === "ready").length
  if (wantedOf(fleet) > 0 && ready >= wantedOf(fleet))
    return { ...rest, readySince: readySince ?? seen.wallClock }
  const isMissing = seen.rulesOf(fleet.spec) === undefined && !fleet.dropped
  if (isMissing) return { ...rest, failure: `release ${fleet.spec.release} is not installed` }
  return failure === undefined ? rest : { ...rest, failure }
}

function isLeaving(phase: InstancePhase): boolean {
  return phase === "draining" || phase === "stopping"
}

/** The fleet as a rollout sees it. */
export function statusOf(fleet: FleetState): FleetStatus {
  const count = (...phases: readonly InstancePhase[]) =>
    fleet.instances.filter(({ phase }) => phases.includes(phase)).length
  return {
    wanted: wantedOf(fleet),
    starting: count("launching", "starting", "unready"),
    ready: count("ready"),
    draining: count("draining", "stopping"),
    failure: fleet.failure,
    readySince: fleet.readySince,
  }
}
