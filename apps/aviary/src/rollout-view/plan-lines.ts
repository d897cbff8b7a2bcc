// What a rollout would do and could see, before it begins. Pure.

import type { RolloutPlan } from "@aviary/delivery"
import type { Style } from "../terminal.ts"
import { tableLines } from "../terminal.ts"
import { figure, percent, time } from "./figures.ts"

export function planLines(plan: RolloutPlan, { bold, dim, good, bad }: Style): string[] {
  const rows = plan.steps.map(({ index, text, weight, expectedMs }) => [
    String(index),
    text,
    weight === undefined ? "" : percent(weight),
    expectedMs === undefined ? "not known" : time(expectedMs),
  ])
  const total = plan.steps.reduce<number | undefined>(
    (sum, { expectedMs }) => (sum === undefined || expectedMs === undefined ? undefined : sum + expectedMs),
    0,
  )
  const traffic =
    plan.requestsPerSecond === undefined
      ? "No requests have been counted yet: what can be seen is not known."
      : `At ${figure(plan.requestsPerSecond)} requests a second it would see:`
  return [
    `  ${bold(plan.service)}  ${plan.strategy}${plan.from === undefined ? "" : `, from ${plan.from}`}`,
    "",
    ...tableLines(["step", "what", "weight", "takes about"], rows).map((line) => `  ${line}`),
    ...(total === undefined || rows.length === 0
      ? []
      : [dim(`  ${time(total)} in all, if nothing is found`)]),
    "",
    `  ${traffic}`,
    ...plan.detectable.map(({ metric, text, effect }) =>
      effect === undefined ? `  ${bad("✖")} ${metric}: ${text}` : `  ${good("✔")} ${text}`,
    ),
    ...plan.warnings.map((warning) => `  ${bold("!")} ${warning}`),
    ...plan.blockedBy.map((reason) => `  ${bad("✖")} It would not start: ${reason}`),
  ]
}
