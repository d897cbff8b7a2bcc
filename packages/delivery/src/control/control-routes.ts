// Which action of the facade a request to the control socket is. Parses, calls one thing, gives back what it said.

import { AppError } from "@aviary/kit"
import type { Delivery, DeployRequest, Intervention } from "../delivery.ts"
import type { ServiceFlags } from "../flags/service-flags.ts"
import type { Release, Releases } from "../releases/release.ts"
import type { RolloutView } from "../rollout/views.ts"
import type { AlertBoard } from "./alert-board.ts"
import {
  alertsInput,
  approvalInput,
  backtestInput,
  deployInput,
  interventionInput,
  killInput,
  parseAfter,
  parseInput,
  planInput,
  restoreInput,
} from "./control-inputs.ts"

export interface ControlActions {
  readonly delivery: Omit<Delivery, "name" | "start" | "stop">
  readonly releases: Pick<Releases, "get" | "list">
  readonly flags: Pick<ServiceFlags, "list" | "kill" | "restore">
  readonly alerts: AlertBoard
}

export interface ControlRequest {
  readonly method: string
  readonly url: URL
  /** Fails with `input.malformed` and `input.too_large`. */
  readonly body: () => Promise<unknown>
}

export type ControlResult =
  | { readonly kind: "json"; readonly data: unknown }
  /** `signal` aborts when nobody wants them any more. */
  | { readonly kind: "lines"; readonly lines: (signal: AbortSignal) => AsyncIterable<unknown> }

/** Fails with `route.not_found`, `input.invalid`, `service.unknown`, and what the facade fails with. */
export async function carryOut(actions: ControlActions, request: ControlRequest): Promise<ControlResult> {
  const [version, ...path] = request.url.pathname.split("/").slice(1).map(decoded)
  if (version !== "v1") throw new AppError("route.not_found")
  const [first, service, ...rest] = path
  if (first === "services" && service !== undefined) {
    requireService(actions, service)
    return ofService(actions, { service, path: rest, request })
  }
  if (path.length !== 1) throw new AppError("route.not_found")
  return ofAll(actions, `${request.method} ${first}`, request)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new AppError("route.not_found")
  }
}

async function ofAll(
  actions: ControlActions,
  what: string,
  { url, body }: ControlRequest,
): Promise<ControlResult> {
  const { delivery, releases, alerts } = actions
  const service = url.searchParams.get("service") ?? undefined
  if (service !== undefined) requireService(actions, service)
  switch (what) {
    case "GET status":
      return json({ pid: process.pid, services: delivery.services(), rollouts: delivery.rollouts() })
    case "GET services":
      return json(delivery.services())
    case "GET releases":
      return json(releases.list(service).map(releaseJson))
    case "GET rollouts":
      return json(delivery.rollouts(service))
    case "POST deploy": {
      const { by, ...asked } = parseInput(deployInput, await body())
      return lines(() => deployLines(delivery, { ...withoutUndefined(asked), requestedBy: by }))
    }
    case "POST plan":
      return json(await delivery.plan(withoutUndefined(parseInput(planInput, await body()))))
    case "GET events": {
      const after = parseAfter(url.searchParams.get("after"))
      return lines((signal) => eventLines(delivery, { after, service, signal }))
    }
    case "GET records":
      return url.searchParams.has("replay")
        ? lines((signal) => replayLines(delivery, { service, signal }))
        : json(await delivery.records(service))
    case "GET alerts":
      return json(alerts.firing())
    case "POST alerts":
      return json(alerts.receive(parseInput(alertsInput, await body())))
    default:
      throw new AppError("route.not_found")
  }
}

interface ServiceRequest {
  readonly service: string
  readonly path: readonly string[]
  readonly request: ControlRequest
}

async function ofService(actions: ControlActions, asked: ServiceRequest): Promise<ControlResult> {
  const { service, path, request } = asked
  const { delivery } = actions
  if (path[0] === "flags") return ofFlags(actions, asked)
  if (path.length !== 1) throw new AppError("route.not_found")
  const intervene = async (
    action: (service: string, by: Intervention) => RolloutView,
  ): Promise<ControlResult> =>
    json(action(service, withoutUndefined(parseInput(interventionInput, await request.body()))))
  switch (`${request.method} ${path[0]}`) {
    case "GET rollout":
      return json(delivery.rollout(service))
    case "GET history":
      return json(delivery.history(service))
    case "POST backtest":
      return json(await delivery.backtest(service, parseInput(backtestInput, await request.body()).template))
    case "POST cancel": {
      const by = withoutUndefined(parseInput(interventionInput, await request.body()))
      return json(delivery.cancelQueued(service, by).map(queuedJson))
    }
    case "POST pause":
      return intervene((name, by) => delivery.pause(name, by))
    case "POST resume":
      return intervene((name, by) => delivery.resume(name, by))
    case "POST promote":
      return intervene((name, by) => delivery.promote(name, by))
    case "POST abort":
      return intervene((name, by) => delivery.abort(name, by))
    case "POST undo":
      return intervene((name, by) => delivery.undo(name, by))
    case "POST approve": {
      const { step, ...by } = parseInput(approvalInput, await request.body())
      return json(delivery.approve(service, step, withoutUndefined(by)))
    }
    default:
      throw new AppError("route.not_found")
  }
}

async function ofFlags(
  actions: ControlActions,
  { service, path, request }: ServiceRequest,
): Promise<ControlResult> {
  const { flags } = actions
  const running = runningReleases(actions, service)
  const [, key, verb, more] = path
  if (key === undefined && request.method === "GET") return json(flags.list(service, running))
  if (key === undefined || more !== undefined || request.method !== "POST")
    throw new AppError("route.not_found")
  switch (verb) {
    case "kill":
      return json(flags.kill(service, key, parseInput(killInput, await request.body()), running))
    case "restore": {
      parseInput(restoreInput, await request.body())
      flags.restore(service, key, running)
      return json(flags.list(service, running))
    }
    default:
      throw new AppError("route.not_found")
  }
}

function requireService({ delivery }: ControlActions, name: string): void {
  const known = delivery.services().map((service) => service.name)
  if (!known.includes(name))
    throw new AppError("service.unknown", { service: name, services: known.join(", ") })
}

/** Those that have instances or are stable, newest first. */
function runningReleases({ delivery, releases }: ControlActions, service: string): Release[] {
  const view = delivery.services().find(({ name }) => name === service)
  const ids = new Set([view?.stable?.release, ...(view?.fleets.map(({ release }) => release) ?? [])])
  return releases.list(service).filter(({ id }) => ids.has(id))
}

async function* deployLines(
  delivery: Pick<Delivery, "deploy">,
  request: Parameters<Delivery["deploy"]>[0],
): AsyncIterable<unknown> {
  const told: string[] = []
  let wake = (): void => {}
  const deployed = delivery.deploy(request, (text) => {
    told.push(text)
    wake()
  })
  let isOver = false
  const over = deployed.then(
    () => (isOver = true),
    () => (isOver = true),
  )
  while (!isOver || told.length > 0) {
    const text = told.shift()
    if (text !== undefined) yield { progress: text }
    else await Promise.race([over, new Promise<void>((resolve) => (wake = resolve))])
  }
  const { release, rollout } = await deployed
  yield { release: releaseJson(release), rollout }
}

async function* eventLines(
  delivery: Pick<Delivery, "events">,
  { after, service, signal }: { after: number | undefined; service: string | undefined; signal: AbortSignal },
): AsyncIterable<unknown> {
  const events = delivery.events(after)[Symbol.asyncIterator]()
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  })
  try {
    for (;;) {
      const next = await Promise.race([events.next(), aborted])
      if (!next || next.done) return
      if (service === undefined || next.value.service === service) yield next.value
    }
  } finally {
    // Not waited for: one that waits for its next event would end only with that.
    events.return?.().catch(() => {})
  }
}

/** A record a line, with what its replay says; one that cannot be read says so in its own line. */
async function* replayLines(
  delivery: Pick<Delivery, "records" | "replay">,
  { service, signal }: { service: string | undefined; signal: AbortSignal },
): AsyncIterable<unknown> {
  for (const record of await delivery.records(service)) {
    if (signal.aborted) return
    yield await delivery.replay(record.id).then(
      (replay) => ({ ...record, replay }),
      (error: unknown) => ({ ...record, problem: AppError.from(error).message }),
    )
  }
}

const queuedJson = ({ source, service, requestedBy }: DeployRequest): object => ({
  source,
  service,
  requestedBy,
})

/** A release as it is shown: without the environment, which may hold secrets. */
function releaseJson({ manifest, ...release }: Release): object {
  return { ...release, schema: manifest.schema, flags: Object.keys(manifest.flags) }
}

const json = (data: unknown): ControlResult => ({ kind: "json", data })
const lines = (of: (signal: AbortSignal) => AsyncIterable<unknown>): ControlResult => ({
  kind: "lines",
  lines: of,
})

type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** What was left out is left out, not undefined. */
function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined),
  ) as WithoutUndefined<T>
}
