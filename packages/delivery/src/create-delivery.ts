// Wires delivery: the runner with its ports, and what operators ask with what the services' records say. Holds no rule of its own.

import { AppError, messageOf } from "@aviary/kit"
import type { Clock, Log } from "@aviary/kit"
import type { Analyses } from "./analysis/analysis.ts"
import { defaultTemplates } from "./analysis/default-templates.ts"
import type { AnalysisTemplate } from "./analysis/template-schema.ts"
import type { Delivery, DeployRequest, Intervention, PlanRequest } from "./delivery.ts"
import { createDeployments } from "./deployments.ts"
import { createEventHooks } from "./hooks/event-hooks.ts"
import { createCallHook } from "./hooks/call-hook.ts"
import { createErrorBudget } from "./gates/error-budget.ts"
import { blockedBy } from "./gates/gates.ts"
import type { FiringLabels } from "./gates/gates.ts"
import { createEventLog } from "./events/event-log.ts"
import type { Release, Releases } from "./releases/release.ts"
import { applyCommand } from "./rollout/commands.ts"
import type { Command } from "./rollout/commands.ts"
import type { ResolvedRollout } from "./rollout/resolved-rollout.ts"
import type { RolloutView, ServiceView } from "./rollout/views.ts"
import { planRollout } from "./runner/plan-rollout.ts"
import { removableReleases } from "./runner/removable-releases.ts"
import type { SpecRequest } from "./runner/resolve-rollout.ts"
import type { GatewayCounts } from "./runner/request-counts.ts"
import { manifestOverrides, resolveRollout, resolveSpec } from "./runner/resolve-rollout.ts"
import type { RolloutRecord } from "./runner/rollout-record.ts"
import { createRunner } from "./runner/runner.ts"
import { openServiceStore } from "./runner/service-store.ts"
import { serviceView } from "./runner/service-view.ts"
import type { SchemaGate } from "./schema/prepare-schema.ts"
import { createRunSmokeTest } from "./smoke/run-smoke-test.ts"
import type { SmokeTarget } from "./smoke/run-smoke-test.ts"
import type { RolloutSpec } from "./spec/rollout-schema.ts"
import type { Fleets } from "./supervisor/fleets.ts"
import type { StateSection } from "./supervisor/supervisor.ts"
import type { Traffic } from "./traffic/traffic.ts"

/** What an installation declares of a service. */
export interface DeclaredService {
  readonly name: string
  /** How its rollouts go when a request says nothing; absent: the documented defaults. */
  readonly rollout?: Omit<RolloutSpec, "service">
}

export interface DeliveryDeps {
  readonly services: readonly DeclaredService[]
  /** AnalysisTemplates of the delivery documents. */
  readonly templates: readonly AnalysisTemplate[]
  readonly releases: Releases
  readonly fleets: Fleets
  readonly traffic: Traffic
  readonly analyses: Analyses
  readonly counts: GatewayCounts & { readonly poll?: (signal: AbortSignal) => Promise<void> }
  /** A ready instance of a fleet, for smoke tests. */
  readonly target: (fleet: string) => SmokeTarget | undefined
  /** Alerts that fire; absent: none. */
  readonly firing?: () => readonly FiringLabels[]
  /** Whether a release can run on the schema; absent: it is not asked. */
  readonly schema?: SchemaGate
  /** Sections of the state file: of the rollouts, and of the error budgets. */
  readonly sections: { readonly rollouts: StateSection; readonly budgets: StateSection }
  /** File of the log of events. */
  readonly eventsPath: string
  /** What commands of smoke tests get besides PORT and AVIARY_BASE_URL. */
  readonly environment: Readonly<Record<string, string>>
  /** For records, and for timers. */
  readonly clock: Clock
  /** Milliseconds that only rise; default `performance.now`. */
  readonly monotonic?: () => number
  readonly fetch?: typeof globalThis.fetch
  readonly log: Log
}

/** Fails where the state cannot be read: it must not be taken for an empty one. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { releases, fleets, traffic, log, clock } = deps
  const wallClock = () => clock.now()
  const store = openServiceStore({
    section: deps.sections.rollouts,
    services: deps.services.map(({ name }) => name),
    wallClock,
  })
  const events = createEventLog({ path: deps.eventsPath, wallClock, log })
  const budget = createErrorBudget({ section: deps.sections.budgets, wallClock })
  const callHook = createCallHook({ fetch: deps.fetch ?? globalThis.fetch })
  const runSmokeTest = createRunSmokeTest({ environment: deps.environment })
  const eventHooks = createEventHooks({
    events,
    callHook,
    log,
    rolloutOf: (service) => store.get(service).rollout ?? undefined,
  })
  const lookups = {
    templates: Object.fromEntries(deps.templates.map((template) => [template.name, template])),
    defaultTemplates,
    release: (id: string) => releases.get(id),
  }
  const gates = (spec: RolloutSpec) =>
    blockedBy(spec.gates, {
      service: spec.service,
      budgetLeft: (slo) => budget.left(spec.service, slo),
      firing: deps.firing?.() ?? [],
      wallClock: wallClock(),
    })
  const runner = createRunner({
    fleets,
    traffic,
    analyses: deps.analyses,
    counts: deps.counts,
    store,
    events,
    blockedBy: ({ spec }) => gates(spec),
    async runSmokeTest({ fleet, test }, signal) {
      const target = deps.target(fleet)
      if (!target) return { state: "failed", reason: `no instance of ${fleet} is ready` }
      return runSmokeTest(test, target, signal)
    },
    async callHook({ rollout, state }, { id, hook: index, text }, signal) {
      const hook = rollout.spec.hooks[index]
      if (!hook) return { state: "failed", reason: "there is no such hook" }
      const { service, to, from } = rollout
      const { phase, weight } = state
      const time = new Date(wallClock()).toISOString()
      return callHook(
        hook,
        { id, type: hook.type, time, service, rollout: rollout.id, release: to, from, phase, weight, text },
        signal,
      )
    },
    onCounts: (service, sum) => budget.record(service, sum),
    onEnd(service) {
      deployments.freed(service)
      void retire(service)
    },
    clock,
    monotonic: deps.monotonic ?? (() => performance.now()),
    log,
  })
  const deployments = createDeployments({
    running(service) {
      const record = store.get(service).rollout
      return record
        ? { id: record.rollout.id, requestedBy: record.rollout.requestedBy, reason: record.state.reason }
        : undefined
    },
  })

  const view = (record: RolloutRecord): RolloutView =>
    store.view(record, runner.measure(record.rollout.service))

  function requireService(service: string): void {
    const names = store.names()
    if (!names.includes(service))
      throw new AppError("service.unknown", { service, services: names.join(", ") })
  }

  function specOf(service: string, request: SpecRequest): RolloutSpec {
    const declared = deps.services.find(({ name }) => name === service)?.rollout
    const { stable } = store.get(service)
    const wanted = stable === null ? 0 : (fleets.status(stable.release)?.wanted ?? 0)
    return resolveSpec(request, declared, wanted > 0 ? wanted : undefined)
  }

  function begin(rollout: ResolvedRollout): RolloutView {
    const record = store.begin(rollout)
    store.save()
    log.info(
      { service: rollout.service, rollout: rollout.id, to: rollout.to, by: rollout.requestedBy },
      "rollout begins",
    )
    runner.poke()
    return view(record)
  }

  async function deploy(request: DeployRequest, onProgress: (text: string) => void) {
    const { service, source, requestedBy, wait = false } = request
    requireService(service)
    const spec = specOf(service, request)
    const held = deployments.hold(service, { source, requestedBy, wait })
    if (deployments.waiting(service).length > 0) onProgress("waits for the rollout that is under way")
    const release = await held
    try {
      const installed = await install(source, spec, onProgress)
      const from = store.get(service).stable?.release ?? null
      if (installed.id === from)
        throw new AppError("rollout.refused", {
          reason: `${installed.id} is the stable release of ${service} already`,
        })
      const stable = from === null ? undefined : releases.get(from)
      const window = store.get(service).previous.flatMap((one) => releases.get(one.release) ?? [])
      const situation = { release: installed, stable, rollbackWindow: window }
      for (const warning of (await deps.schema?.prepare(situation, onProgress)) ?? []) onProgress(warning)
      const id = `${service}-${store.get(service).number + 1}`
      const rollout = resolveRollout({ id, spec, release: installed, from, requestedBy }, lookups)
      return { release: installed, rollout: begin(rollout) }
    } finally {
      release()
    }
  }

  async function install(
    source: string,
    spec: RolloutSpec,
    onProgress: (text: string) => void,
  ): Promise<Release> {
    const known = releases.get(source)
    const overrides = manifestOverrides(spec)
    if (known?.service !== spec.service)
      return releases.install(source, { service: spec.service, onProgress, overrides })
    const [field] = Object.keys(overrides)
    if (field === undefined) return known
    const reason = `${source} is installed and is not changed any more: ${field} of the spec needs a source`
    throw new AppError("rollout.refused", { reason })
  }

  function intervene(service: string, command: Command): RolloutView {
    requireService(service)
    const record = store.get(service).rollout
    if (!record) throw new AppError("rollout.none", { service })
    const result = applyCommand(record.rollout, record.state, runner.measure(service), command)
    if ("refused" in result)
      throw new AppError("rollout.refused", { reason: `${record.rollout.id}: ${result.refused}` })
    const changed = { ...record, state: result.state }
    store.set(service, (one) => ({ ...one, rollout: changed }))
    store.save()
    runner.poke()
    return view(changed)
  }

  const command = (kind: Exclude<Command["kind"], "approve">) => (service: string, by: Intervention) =>
    intervene(service, { kind, ...by })

  function undo(service: string, { by, reason }: Intervention): RolloutView {
    requireService(service)
    const { rollout, stable, previous, replicas, number } = store.get(service)
    if (rollout) return intervene(service, { kind: "undo", by, ...(reason === undefined ? {} : { reason }) })
    const target = previous.find((one) => releases.get(one.release))
    if (!stable || !target)
      throw new AppError("rollout.refused", { reason: `${service} has no release before to go back to` })
    const base = specOf(service, { service })
    return begin({
      id: `${service}-${number + 1}`,
      service,
      from: stable.release,
      to: target.release,
      strategy: { kind: "undo" },
      spec: { ...base, replicas },
      templates: {},
      smokeTests: [],
      variants: [],
      requestedBy: by,
    })
  }

  /** Releases beyond the history's limit go, one by one; what cannot be removed stays and is logged. */
  async function retire(service: string): Promise<void> {
    const limit = store.get(service).historyLimit
    const inUse = new Set(fleets.list(service).map(({ release }) => release))
    for (const { id } of removableReleases(releases.list(service), store.get(service), { inUse, limit })) {
      try {
        await releases.remove(id)
        events.append({
          service,
          rollout: "",
          type: "service.retired",
          data: { text: `${id} was removed`, release: id },
        })
      } catch (error) {
        log.warn({ release: id, error: messageOf(error) }, "an old release could not be removed")
      }
    }
  }

  /** A service that ran before there were records of it: what serves is stable. */
  function adopt(service: string): void {
    const fleet = traffic.inForce(service)?.default.fleet
    const running = fleets.list(service).find(({ id }) => id === fleet)
    const { stable, rollout } = store.get(service)
    if (!running || stable || rollout) return
    store.point(service, running.release)
    store.set(service, (one) => ({ ...one, replicas: Math.max(1, running.wanted) }))
    store.save()
  }

  return {
    name: "delivery",
    start() {
      for (const service of store.names()) adopt(service)
      eventHooks.start()
      runner.start()
      return Promise.resolve()
    },
    async stop() {
      deployments.stop()
      await runner.stop()
      eventHooks.stop()
      events.close()
    },
    deploy,
    rollouts: (service) =>
      store
        .names()
        .filter((name) => service === undefined || name === service)
        .flatMap((name) => {
          const { rollout } = store.get(name)
          return rollout ? [view(rollout)] : []
        }),
    rollout(service) {
      requireService(service)
      const { rollout, last } = store.get(service)
      return rollout ? view(rollout) : (last ?? undefined)
    },
    history(service) {
      requireService(service)
      return store.get(service).history
    },
    pause: command("pause"),
    resume: command("resume"),
    promote: command("promote"),
    abort: command("abort"),
    undo,
    approve: (service, stepIndex, by) => intervene(service, { kind: "approve", stepIndex, ...by }),
    plan(request: PlanRequest) {
      requireService(request.service)
      const spec = specOf(request.service, request)
      const running = store.get(request.service).rollout
      return Promise.resolve(
        planRollout(
          {
            spec,
            from: store.get(request.service).stable?.release,
            load: runner.load(request.service) ?? undefined,
            blockedBy: [
              ...gates(spec),
              ...(running ? [`${running.rollout.id} is under way: ${running.state.reason}`] : []),
            ],
          },
          lookups,
        ),
      )
    },
    events: (after) => events.read(after),
    services: (): ServiceView[] =>
      store.names().map((name) =>
        serviceView(name, store.get(name), {
          fleets: fleets.list(name),
          waiting: deployments.waiting(name),
          now: runner.now(),
          view,
        }),
      ),
  }
}
