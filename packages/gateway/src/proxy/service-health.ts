// The health of a service's instances: asks them in turn, watches what becomes of requests, and tells the balancers who may
// have any. Gives the decisions of `health/` their effects; it decides nothing itself.

import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { ActiveHealth } from "../health/active-health.ts"
import { nextHealth, UNKNOWN_HEALTH } from "../health/active-health.ts"
import type { ActiveHealthConfig, HealthCheckConfig } from "../health/health-schema.ts"
import type { OutlierDetector } from "../health/outlier-detector.ts"
import { createOutlierDetector, isInstanceFault } from "../health/outlier-detector.ts"
import type { Instance } from "../types.ts"
import type { InstancePools } from "../upstream/instance-pools.ts"
import { probeInstance } from "../upstream/probe-instance.ts"
import type { AttemptResult } from "./upstream.ts"

export interface InstanceHealth {
  readonly id: string
  readonly status: "unknown" | "healthy" | "unhealthy"
  readonly ejected: boolean
}

export interface ServiceHealth {
  setInstances(instances: readonly Instance[]): void
  record(instance: Instance, result: AttemptResult): void
  isAvailable(id: string): boolean
  states(): InstanceHealth[]
  stop(): void
}

export interface ServiceHealthDeps {
  readonly config: HealthCheckConfig
  readonly pools: InstancePools
  readonly deadlines: Deadlines
  /** An instance may have requests now, or may not any more. */
  onChange(id: string, available: boolean): void
  /** An instance was taken out or came back, and why. */
  onEvent(event: {
    instance: string
    what: "ejected" | "returned" | "healthy" | "unhealthy"
    reason?: string
  }): void
}

const EVALUATE_EVERY_MS = 1_000

export function createServiceHealth(deps: ServiceHealthDeps): ServiceHealth {
  const { config, deadlines } = deps
  const outliers: OutlierDetector | undefined = config.passive && createOutlierDetector(config.passive)
  const asked = new Map<string, ActiveHealth>()
  const ejected = new Set<string>()
  let instances: readonly Instance[] = []
  const probes = new Set<() => void>()

  const isAvailable = (id: string): boolean =>
    !ejected.has(id) && (config.active === undefined || asked.get(id)?.status === "healthy")

  function eject({ id, reason }: { id: string; reason: string }): void {
    ejected.add(id)
    deps.onEvent({ instance: id, what: "ejected", reason })
    deps.onChange(id, false)
  }

  const evaluation: Deadlined = {
    deadline: performance.now() + EVALUATE_EVERY_MS,
    onDeadline() {
      const now = performance.now()
      const result = outliers?.evaluate(now)
      for (const one of result?.ejected ?? []) eject(one)
      for (const id of result?.returned ?? []) {
        ejected.delete(id)
        deps.onEvent({ instance: id, what: "returned" })
        deps.onChange(id, isAvailable(id))
      }
      evaluation.deadline = now + EVALUATE_EVERY_MS
    },
  }

  const asking: Deadlined = {
    deadline: 0,
    onDeadline() {
      const { active } = config
      if (!active) return
      for (const instance of instances) ask(instance, active)
      asking.deadline = performance.now() + active.interval
    },
  }

  function ask(instance: Instance, active: ActiveHealthConfig): void {
    const pool = deps.pools.get(instance.id)
    if (!pool) return
    const cancel = probeInstance(
      { pool, path: active.path, timeoutMs: active.timeout, deadlines },
      (passed) => {
        probes.delete(cancel)
        const before = asked.get(instance.id)
        if (!before) return
        const after = nextHealth(active, before, passed)
        asked.set(instance.id, after)
        if (after.status === before.status) return
        if (after.status !== "unknown") deps.onEvent({ instance: instance.id, what: after.status })
        deps.onChange(instance.id, isAvailable(instance.id))
      },
    )
    probes.add(cancel)
  }

  if (outliers) deadlines.add(evaluation)
  if (config.active) deadlines.add(asking)
  return {
    setInstances(next) {
      instances = next
      const ids = next.map(({ id }) => id)
      outliers?.setInstances(ids)
      for (const id of ids) if (!asked.has(id)) asked.set(id, UNKNOWN_HEALTH)
      for (const id of asked.keys()) if (!ids.includes(id)) asked.delete(id)
      for (const id of ejected) if (!ids.includes(id)) ejected.delete(id)
      asking.deadline = Math.min(asking.deadline, performance.now())
    },
    record(instance, { status, failure, latencyMs }) {
      const outcome = { failed: isInstanceFault({ status, failure }), latencyMs }
      const one = outliers?.record(instance.id, outcome, performance.now())
      if (one) eject(one)
    },
    isAvailable,
    states: () =>
      instances.map(({ id }) => ({
        id,
        status: config.active ? (asked.get(id)?.status ?? "unknown") : "healthy",
        ejected: ejected.has(id),
      })),
    stop() {
      deadlines.remove(evaluation)
      deadlines.remove(asking)
      for (const cancel of probes) cancel()
    },
  }
}
