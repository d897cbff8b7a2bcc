// From a source to a rollout that has begun: takes its turn, installs, holds the release against the schema and its templates against
// what they would have done to healthy releases. Refuses before anything that serves is touched. A deployment that waits for its
// turn is kept on the disk until it has begun or was refused: killed anywhere in between, it is taken up again in its order.

import { AppError, messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { RecordArchive } from "./analysis/record-archive.ts"
import type { DeployRequest, Deployed } from "./delivery.ts"
import { createDeployments } from "./deployments.ts"
import type { EventLog } from "./events/event-log.ts"
import type { Release, Releases } from "./releases/release.ts"
import type { ResolvedRollout } from "./rollout/resolved-rollout.ts"
import type { RolloutView } from "./rollout/views.ts"
import { manifestOverrides, resolveRollout, templatesOf } from "./runner/resolve-rollout.ts"
import type { Lookups, SpecRequest } from "./runner/resolve-rollout.ts"
import type { QueuedDeployment } from "./runner/rollout-record.ts"
import { healthyRollouts } from "./runner/healthy-rollouts.ts"
import type { ServiceStore } from "./runner/service-store.ts"
import { requireTrusted } from "./runner/trusted-templates.ts"
import type { SchemaGate } from "./schema/prepare-schema.ts"
import type { RolloutSpec } from "./spec/rollout-schema.ts"

export interface DeployDeps {
  readonly store: ServiceStore
  readonly releases: Releases
  readonly schema?: SchemaGate
  readonly records: Pick<RecordArchive, "backtest">
  readonly events: EventLog
  readonly lookups: Lookups
  readonly specOf: (service: string, request: SpecRequest) => RolloutSpec
  readonly begin: (rollout: ResolvedRollout) => RolloutView
  readonly log: Log
}

export interface Deploys {
  /** Fails as `Delivery.deploy`. */
  deploy(request: DeployRequest, onProgress: (text: string) => void): Promise<Deployed>
  /** Takes up what waited when the process before this one ended. */
  resume(): void
  /** The service may be free now. */
  freed(service: string): void
  /** Takes out what waits and has not had its turn; it fails with `rollout.refused`. */
  cancel(service: string, by: string): readonly QueuedDeployment[]
  /** What waits fails with `server.stopping`, and is taken up by the next process. */
  stop(): void
}

type Progress = (text: string) => void

export function createDeploys(deps: DeployDeps): Deploys {
  const { store, releases, records, events, lookups, log } = deps
  const turns = createDeployments({
    running(service) {
      const record = store.get(service).rollout
      return record
        ? { id: record.rollout.id, requestedBy: record.rollout.requestedBy, reason: record.state.reason }
        : undefined
    },
  })

  async function deploy(request: DeployRequest, onProgress: Progress): Promise<Deployed> {
    const spec = deps.specOf(request.service, request)
    const source = request.source ?? spec.revision?.artifact
    if (source === undefined) throw refused("no source was named, and the spec has no revision.artifact")
    const mustWait = request.wait === true && turns.isBusy(request.service)
    const queued = mustWait ? enqueue({ ...request, source }) : undefined
    if (queued)
      onProgress("waits for the rollout that is under way, and goes on waiting without this command")
    return take({ request: { ...request, source }, spec, queued }, onProgress)
  }

  async function take(
    asked: {
      readonly request: DeployRequest & { readonly source: string }
      readonly spec: RolloutSpec
      readonly queued: QueuedDeployment | undefined
    },
    onProgress: Progress,
  ): Promise<Deployed> {
    const { request, spec, queued } = asked
    const { service, source, requestedBy, wait = false } = request
    try {
      const release = await turns.hold(service, {
        source,
        requestedBy,
        wait,
        ...(queued ? { key: queued.key } : {}),
      })
      try {
        const done = await prepare({ service, source, requestedBy, spec }, onProgress)
        // In the same write as the rollout's beginning: it waits, or it has begun.
        if (queued) dequeue(service, queued.key)
        return { release: done.release, rollout: deps.begin(done.rollout) }
      } finally {
        release()
      }
    } catch (error) {
      const isStopping = error instanceof AppError && error.code === "server.stopping"
      if (queued && !isStopping) {
        dequeue(service, queued.key)
        store.save()
      }
      throw error
    }
  }

  function enqueue(request: DeployRequest & { readonly source: string }): QueuedDeployment {
    const { queued } = store.get(request.service)
    const one = { key: Math.max(0, ...queued.map(({ key }) => key)) + 1, request }
    store.set(request.service, (record) => ({ ...record, queued: [...record.queued, one] }))
    store.save()
    return one
  }

  function dequeue(service: string, key: number): void {
    store.set(service, (record) => ({ ...record, queued: record.queued.filter((one) => one.key !== key) }))
  }

  async function prepare(
    asked: {
      readonly service: string
      readonly source: string
      readonly requestedBy: string
      readonly spec: RolloutSpec
    },
    onProgress: Progress,
  ): Promise<{ readonly release: Release; readonly rollout: ResolvedRollout }> {
    const { service, source, requestedBy, spec } = asked
    const templates = Object.values(templatesOf(spec, lookups))
    const healthy = healthyRollouts(store.get(service).history)
    await requireTrusted({ templates, backtest: (one) => records.backtest(one, healthy) }, onProgress)
    const installed = await install(source, spec, onProgress)
    const from = store.get(service).stable?.release ?? null
    if (installed.id === from) throw refused(`${installed.id} is the stable release of ${service} already`)
    const stable = from === null ? undefined : releases.get(from)
    const window = store.get(service).previous.flatMap((one) => releases.get(one.release) ?? [])
    const situation = { release: installed, stable, rollbackWindow: window }
    for (const warning of (await deps.schema?.prepare(situation, onProgress)) ?? []) onProgress(warning)
    const id = `${service}-${store.get(service).number + 1}`
    const rollout = resolveRollout({ id, spec, release: installed, from, requestedBy }, lookups)
    return { release: installed, rollout }
  }

  async function install(source: string, spec: RolloutSpec, onProgress: Progress): Promise<Release> {
    const known = releases.get(source)
    const overrides = manifestOverrides(spec)
    if (known?.service !== spec.service)
      return releases.install(source, { service: spec.service, onProgress, overrides })
    const [field] = Object.keys(overrides)
    if (field === undefined) return known
    throw refused(`${source} is installed and is not changed any more: ${field} of the spec needs a source`)
  }

  async function resumeOne(queued: QueuedDeployment): Promise<void> {
    const { request } = queued
    const { service, source } = request
    const tell = (text: string): void => log.info({ service, source }, text)
    try {
      await take({ request, spec: deps.specOf(service, request), queued }, tell)
    } catch (error) {
      if (error instanceof AppError && error.code === "server.stopping") return
      dequeue(service, queued.key)
      store.save()
      const text = `The deployment of ${source}, which waited for its turn, was refused: ${messageOf(error)}`
      events.append({ service, rollout: "", type: "deployment.refused", data: { text, source } })
      log.warn({ service, source, error: messageOf(error) }, "a deployment that waited was refused")
    }
  }

  return {
    deploy,
    resume() {
      // In their order: each stands in the queue as soon as it was asked for.
      for (const service of store.names())
        for (const queued of store.get(service).queued) void resumeOne(queued)
    },
    freed: (service) => turns.freed(service),
    cancel(service, by) {
      const taken = turns.cancel(service, refused(`${by} took it out of the queue`))
      const out = store.get(service).queued.filter(({ key }) => taken.includes(key))
      for (const { key } of out) dequeue(service, key)
      store.save()
      return out
    },
    stop: () => turns.stop(),
  }
}

const refused = (reason: string) => new AppError("rollout.refused", { reason })
