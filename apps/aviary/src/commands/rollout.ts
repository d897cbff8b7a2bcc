// `aviary rollout …`: what a rollout does, and telling it what to do.

import { AppError } from "@aviary/kit"
import type { RolloutPlan, RolloutSummary, RolloutView } from "@aviary/delivery"
import type { ControlClient } from "@aviary/delivery/control"
import { leaveSignal, openControl, operatorName, sourceFor } from "../delivery-control.ts"
import { rolloutLines, statusLine } from "../rollout-view/rollout-lines.ts"
import { time } from "../rollout-view/figures.ts"
import { planLines } from "../rollout-view/plan-lines.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { follow, readRolloutSpec } from "./deploy.ts"

const servicePath = (service: string, rest: string): string =>
  `/v1/services/${encodeURIComponent(service)}/${rest}`

export interface StatusOptions {
  readonly watch?: boolean
  readonly json?: boolean
}

export async function rolloutStatus(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { service: string; options: StatusOptions },
): Promise<number> {
  const { service, options } = asked
  const control = openControl(settings)
  const view = await current(control, service)
  const json = options.json ?? false
  if (options.watch && view && view.endedAt === undefined)
    return follow({ control, terminal, json, signal: leaveSignal() }, view)
  if (json) terminal.json(view ?? null)
  else if (view) for (const line of rolloutLines(view, terminal.style)) terminal.line(line)
  else terminal.line(`  ${service} has not been rolled out yet`)
  return 0
}

async function current(control: ControlClient, service: string): Promise<RolloutView | undefined> {
  return ((await control.ask("GET", servicePath(service, "rollout"))) as RolloutView | null) ?? undefined
}

export type Intervene = "pause" | "resume" | "promote" | "abort" | "undo" | "approve"

export interface InterveneOptions {
  readonly reason?: string
  /** Of an approval; default: the step that waits for one. */
  readonly step?: number
  readonly json?: boolean
}

export async function intervene(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { what: Intervene; service: string; options: InterveneOptions },
): Promise<void> {
  const { what, service, options } = asked
  const control = openControl(settings)
  const body = {
    by: operatorName(),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(what === "approve" ? { step: options.step ?? (await waitingStep(control, service)) } : {}),
  }
  const view = (await control.ask("POST", servicePath(service, what), body)) as RolloutView
  if (options.json) terminal.json(view)
  else terminal.line(statusLine(view, terminal.style))
}

async function waitingStep(control: ControlClient, service: string): Promise<number> {
  const waits = (await current(control, service))?.waitsFor
  if (waits?.kind === "approval" && waits.stepIndex !== undefined) return waits.stepIndex
  throw new AppError("command.invalid", { reason: `No step of ${service}'s rollout waits for an approval.` })
}

export async function cancelQueued(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { service: string; options: { json?: boolean } },
): Promise<void> {
  const { service, options } = asked
  const body = { by: operatorName() }
  const out = (await openControl(settings).ask("POST", servicePath(service, "cancel"), body)) as {
    source: string
    requestedBy: string
  }[]
  if (options.json) return terminal.json(out)
  if (out.length === 0) return terminal.line(`  No deployment of ${service} waits`)
  for (const { source, requestedBy } of out)
    terminal.line(`  ${source}, asked for by ${requestedBy}, does not wait any more`)
}

export async function rolloutHistory(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { service: string; options: { limit: number; json?: boolean } },
): Promise<void> {
  const { service, options } = asked
  const all = (await openControl(settings).ask("GET", servicePath(service, "history"))) as RolloutSummary[]
  const shown = all.slice(0, options.limit)
  if (options.json) return terminal.json(shown)
  if (shown.length === 0) return terminal.line(`  No rollout of ${service} has ended yet`)
  terminal.table(
    ["ended", "release", "strategy", "outcome", "took", "by", "why"],
    shown.map((one) => [
      one.endedAt.slice(0, 16).replace("T", " "),
      one.to,
      one.strategy,
      one.outcome,
      time(one.elapsedMs),
      one.requestedBy,
      one.reason,
    ]),
  )
}

export interface PlanOptions {
  readonly source?: string
  readonly strategy?: string
  readonly spec?: string
  readonly json?: boolean
}

/** The exit code: 0, or 1 where something keeps the rollout from starting. */
export async function rolloutPlan(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { service: string; options: PlanOptions },
): Promise<number> {
  const { service, options } = asked
  const body = {
    service,
    ...(options.source === undefined ? {} : { source: sourceFor(options.source) }),
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    ...(options.spec === undefined ? {} : { spec: readRolloutSpec(options.spec, service) }),
  }
  const plan = (await openControl(settings).ask("POST", "/v1/plan", body)) as RolloutPlan
  if (options.json) terminal.json(plan)
  else for (const line of planLines(plan, terminal.style)) terminal.line(line)
  return plan.blockedBy.length === 0 ? 0 : 1
}
