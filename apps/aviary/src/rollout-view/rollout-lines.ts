// A rollout as it is shown in a terminal: where it is, who gets what, what each metric says, what it waits for. Pure: a view and a
// style become lines.

import type { RolloutStatus, RolloutView } from "@aviary/delivery"
import type { Style } from "../terminal.ts"
import { count, tableLines } from "../terminal.ts"
import { bar, evidence, figure, percent, time } from "./figures.ts"

type Analysis = RolloutView["analyses"][number]
type Metric = Analysis["metrics"][number]
type Verdict = Metric["verdict"]

/** Steps around the current one; the others are counted. */
const STEPS_SHOWN = 12

export function rolloutLines(view: RolloutView, style: Style): string[] {
  const { bold, dim } = style
  const versions = view.from === undefined ? bold(view.to) : `${view.from} → ${bold(view.to)}`
  return [
    `  ${bold(view.service)}  ${view.strategy}  ${versions}  ${dim(`${view.id}, for ${view.requestedBy}, ${time(view.elapsedMs)}`)}`,
    "",
    ...stepLines(view, style),
    ...weightLines(view, style),
    ...armLines(view),
    ...view.analyses.flatMap((analysis) => analysisLines(analysis, style)),
    statusLine(view, style),
    ...hintLines(view, style),
  ]
}

function stepLines({ steps }: RolloutView, { good, bold, dim }: Style): string[] {
  if (steps.length === 0) return []
  const current = Math.max(
    0,
    steps.findIndex(({ state }) => state === "current"),
  )
  const from = Math.max(0, Math.min(current - STEPS_SHOWN / 2, steps.length - STEPS_SHOWN))
  const shown = steps.slice(from, from + STEPS_SHOWN)
  const lines = shown.map(({ state, text }) => {
    if (state === "done") return `  ${good("✔")} ${dim(text)}`
    return state === "current" ? `  ${bold("▸")} ${bold(text)}` : `  ${dim("○")} ${text}`
  })
  const [before, after] = [from, steps.length - from - shown.length]
  return [
    ...(before > 0 ? [dim(`  … ${before} before`)] : []),
    ...lines,
    ...(after > 0 ? [dim(`  … ${after} more`)] : []),
    "",
  ]
}

function weightLines({ weights }: RolloutView, { dim }: Style): string[] {
  if (weights.length === 0) return []
  const width = Math.max(...weights.map(({ arm }) => arm.length))
  return [
    ...weights.map(
      ({ arm, weight }) =>
        `  ${arm.padEnd(width)}  ${bar(weight / 100)}  ${percent(weight)} ${dim("of visitors")}`,
    ),
    "",
  ]
}

/** Who runs, and how many requests each has had. */
function armLines({ fleets, requests }: RolloutView): string[] {
  if (fleets.length === 0) return []
  const rows = fleets.map((fleet) => [
    fleet.role,
    fleet.id,
    fleet.failure ??
      `${fleet.ready} of ${fleet.wanted} ready${fleet.draining > 0 ? `, ${fleet.draining} drain` : ""}`,
    requests[fleet.id] ?? 0,
  ])
  return [...indented(tableLines(["arm", "runs", "instances", "requests"], rows)), ""]
}

function analysisLines(analysis: Analysis, style: Style): string[] {
  const arms = [...new Set(analysis.metrics.flatMap(({ values }) => Object.keys(values)))]
  const rows = analysis.metrics.map((metric) => [
    metric.ignored ? `${metric.name} (only watched)` : metric.name,
    ...arms.map((arm) => figure(metric.values[arm]?.value)),
    evidence(metric.eValue, metric.threshold),
    metric.verdict,
  ])
  const table = indented(tableLines(["metric", ...arms, "evidence against it", "verdict"], rows))
  // Coloured after the columns are laid out, for colours have no width.
  const coloured = table.map((line, at) => {
    const verdict = analysis.metrics[at - 2]?.verdict
    return verdict ? line.replace(new RegExp(`${verdict}$`), colourOf(verdict, style)(verdict)) : line
  })
  const failing = analysis.metrics.filter(({ verdict }) => verdict !== "running" && verdict !== "pass")
  return [
    ...(rows.length > 0 ? coloured : []),
    ...failing.map(({ name, verdict, reason }) => `  ${colourOf(verdict, style)("▪")} ${name}: ${reason}`),
    ...(analysis.detectable.length > 0
      ? [style.dim(`  It would see: ${analysis.detectable.map(({ text }) => text).join("; ")}`)]
      : []),
    "",
  ]
}

function colourOf(verdict: Verdict, { good, bad, bold, dim }: Style): (text: string) => string {
  switch (verdict) {
    case "pass":
      return good
    case "fail":
      return bad
    case "running":
      return dim
    case "inconclusive":
    case "undetectable":
    case "no-data":
      return bold
  }
}

/** The state in one line, which is also what is told when lines are piped. */
export function statusLine({ status, reason }: Pick<RolloutView, "status" | "reason">, style: Style): string {
  const marks: Readonly<Record<RolloutStatus, string>> = {
    progressing: style.bold("▸"),
    waiting: style.dim("…"),
    paused: style.bold("‖"),
    promoted: style.good("✔"),
    undone: style.good("✔"),
    "rolled-back": style.bad("✖"),
    aborted: style.bad("✖"),
  }
  return `  ${marks[status]} ${style.bold(status)}${reason ? `: ${reason}` : ""}`
}

/** What somebody can do about it. */
function hintLines({ service, waitsFor, status }: RolloutView, { dim }: Style): string[] {
  const hint = (text: string): string[] => [dim(`    ${text}`)]
  if (waitsFor) {
    const step = waitsFor.stepIndex === undefined ? "" : ` --step ${waitsFor.stepIndex}`
    switch (waitsFor.kind) {
      case "approval":
        return hint(`aviary rollout approve ${service}${step}, or aviary rollout abort ${service}`)
      case "promote":
        return hint(`aviary rollout promote ${service}, or aviary rollout abort ${service}`)
      case "resume":
        return hint(
          `aviary rollout resume ${service}, aviary rollout promote ${service}, or aviary rollout abort ${service}`,
        )
    }
  }
  return status === "promoted" ? hint(`aviary rollout undo ${service} takes it back`) : []
}

/** `12,345 requests: stable 12,000, canary 345` */
export function requestsText(requests: Readonly<Record<string, number>>): string {
  const all = Object.values(requests).reduce((sum, one) => sum + one, 0)
  const parts = Object.entries(requests).map(([fleet, one]) => `${fleet} ${count(one)}`)
  return `${count(all)} requests${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
