// Wires delivery: the runner with its ports, and what operators ask with what the services' records say. Holds no rule of its own.

import { AppError } from "@aviary/kit"
import type { Clock, Log } from "@aviary/kit"
import type { Analyses } from "./analysis/analysis.ts"
import { defaultTemplates } from "./analysis/default-templates.ts"
import type { AnalysisTemplate } from "./analysis/template-schema.ts"
import type { RecordArchive } from "./analysis/record-archive.ts"
import type { Delivery, Intervention, PlanRequest } from "./delivery.ts"
import { createDeploys } from "./deploy.ts"
import { createEventHooks } from "./hooks/event-hooks.ts"
import { createCallHook } from "./hooks/call-hook.ts"
import { createErrorBudget } from "./gates/error-budget.ts"
import { blockedBy } from "./gates/gates.ts"
import type { FiringLabels } from "./gates/gates.ts"
import { createEventLog } from "./events/event-log.ts"
import type { Releases } from "./releases/release.ts"
import { createInterventions } from "./interventions.ts"
import type { Command } from "./rollout/commands.ts"
import type { ResolvedRollout } from "./rollout/resolved-rollout.ts"
import type { RolloutView, ServiceView } from "./rollout/views.ts"
import { planRollout } from "./runner/plan-rollout.ts"
import { healthyRollouts } from "./runner/healthy-rollouts.ts"
import { createRetireReleases } from "./runner/retire-releases.ts"
import type { SpecRequest } from "./runner/resolve-rollout.ts"
import type { GatewayCounts } from "./runner/request-counts.ts"
import { resolveSpec } from "./runner/resolve-rollout.ts"
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
  /** Decision records, for replays and back-tests. */
  readonly records: RecordArchive
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
      deploys.freed(service)
      void retireReleases(service)
    },
    clock,
    monotonic: deps.monotonic ?? (() => performance.now()),
    log,
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

  const retireReleases = createRetireReleases({ store, releases, fleets, events, log })
  const deploys = createDeploys({
    store,
    releases,
    records: deps.records,
    events,
    lookups,
    specOf,
    begin,
    log,
    ...(deps.schema ? { schema: deps.schema } : {}),
  })
  const { intervene, undo } = createInterventions({ store, releases, runner, specOf, begin, view })
  const command = (kind: Exclude<Command["kind"], "approve">) => (service: string, by: Intervention) => {
    requireService(service)
    return intervene(service, { kind, ...by })
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
      deploys.resume()
      return Promise.resolve()
    },
    async stop() {
      deploys.stop()
      await deps.records.stop()
      await runner.stop()
      eventHooks.stop()
      events.close()
    },
    async deploy(request, onProgress) {
      requireService(request.service)
      return deploys.deploy(request, onProgress)
    },
    cancelQueued(service, { by }) {
      requireService(service)
      return deploys.cancel(service, by).map(({ request }) => request)
    },
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
    undo(service, by) {
      requireService(service)
      return undo(service, by)
    },
    approve(service, stepIndex, by) {
      requireService(service)
      return intervene(service, { kind: "approve", stepIndex, ...by })
    },
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
    records: (service) => deps.records.list(service),
    replay: (id) => deps.records.replay(id),
    async backtest(service, name) {
      requireService(service)
      const known = [...deps.templates, ...defaultTemplates(service)]
      const template = known.find((one) => one.name === name)
      if (!template)
        throw new AppError("analysis.template_unknown", {
          template: name,
          templates: known.map((one) => one.name).join(", "),
        })
      return deps.records.backtest(template, healthyRollouts(store.get(service).history))
    },
    services: (): ServiceView[] =>
      store.names().map((name) =>
        serviceView(name, store.get(name), {
          fleets: fleets.list(name),
          now: runner.now(),
          view,
        }),
      ),
  }
}
