// What keeps a rollout from starting: a spent error budget, alerts that fire, a freeze of the calendar. Pure; each answer is a
// sentence.

import type { Freeze, Gates } from "../spec/gates-schema.ts"
import type { BudgetLeft } from "./error-budget.ts"

export interface FiringLabels {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

export interface GateInputs {
  readonly service: string
  readonly budgetLeft: (slo: { objective: number; window: number }) => BudgetLeft | undefined
  readonly firing: readonly FiringLabels[]
  /** Milliseconds since 1970: a calendar is about the clock on the wall. */
  readonly wallClock: number
}

/** Empty when every gate is open. */
export function blockedBy(gates: Gates, inputs: GateInputs): string[] {
  return [...budgetProblem(gates, inputs), ...alertProblem(gates, inputs), ...freezeProblem(gates, inputs)]
}

function budgetProblem({ requireErrorBudget: slo }: Gates, { budgetLeft }: GateInputs): string[] {
  if (!slo) return []
  const left = budgetLeft(slo)
  // Nothing was asked, so nothing was spent.
  if (!left || left.percent >= slo.remaining) return []
  const { failures, requests } = left
  return [
    `${Math.max(0, left.percent).toFixed(1)} % of the error budget is left, and ${slo.remaining} % is required ` +
      `(${failures} of ${requests} requests failed, the objective is ${slo.objective} %)`,
  ]
}

function alertProblem({ blockOnAlerts }: Gates, { service, firing }: GateInputs): string[] {
  if (blockOnAlerts === false) return []
  const blocking = firing.filter(({ labels }) => {
    if (blockOnAlerts === true) return labels["service"] === undefined || labels["service"] === service
    return blockOnAlerts.some((wanted) =>
      Object.entries(wanted).every(([label, value]) => labels[label] === value),
    )
  })
  return blocking.length === 0
    ? []
    : [
        `alerts fire: ${blocking
          .slice(0, 5)
          .map(({ name }) => name)
          .join(", ")}`,
      ]
}

function freezeProblem({ freeze }: Gates, { wallClock }: GateInputs): string[] {
  return freeze
    .filter((window) => isFrozen(window, wallClock))
    .map(
      (window) =>
        `it is frozen${window.name ? `: ${window.name}` : ""}${window.to ? ` until ${window.to}` : ""}`,
    )
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const
const MINUTES_A_DAY = 24 * 60

/** Whether a moment lies in a freeze. A weekly one that goes past midnight belongs to the day on which it began. */
function isFrozen(freeze: Freeze, wallClock: number): boolean {
  if (freeze.from !== undefined && freeze.to !== undefined)
    return wallClock >= Date.parse(freeze.from) && wallClock < Date.parse(freeze.to)
  const { day, minute } = localTime(wallClock, freeze.timezone)
  const start = minuteOf(freeze.start ?? "00:00")
  const end = freeze.end === undefined ? MINUTES_A_DAY : minuteOf(freeze.end)
  const on = (index: number) =>
    freeze.days === undefined || freeze.days.includes(DAYS[(index + 7) % 7] ?? "sun")
  if (start < end) return on(day) && minute >= start && minute < end
  return (on(day) && minute >= start) || (on(day - 1) && minute < end)
}

function minuteOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":")
  return Number(hours) * 60 + Number(minutes)
}

function localTime(wallClock: number, timeZone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(wallClock)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? ""
  const day = DAYS.findIndex((name) => name === part("weekday").toLowerCase())
  return { day, minute: Number(part("hour")) * 60 + Number(part("minute")) }
}
