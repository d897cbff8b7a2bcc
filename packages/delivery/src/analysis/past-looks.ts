// What a template would have seen of a past release: the looks of a decision record, under the names of the template's own metrics.
// A metric of the template is one of the record's when both measure the same from the same source; a template that has been changed
// since, or is new, is thereby tried on what was measured before it. Pure.

import { isDeepStrictEqual } from "node:util"
import type { AnalysisSpec } from "./analysis.ts"
import type { RecordLine } from "./decision-record.ts"
import { planOf } from "./metric-plan.ts"
import type { Sample } from "./sample.ts"
import type { AnalysisTemplate, MetricSpec } from "./template-schema.ts"

export interface Look {
  /** Monotonic milliseconds. */
  readonly now: number
  readonly sample: Sample
}

/** One analysis of the past as a template would have made it. */
export interface PastLooks {
  readonly spec: AnalysisSpec
  readonly looks: readonly Look[]
}

export interface PastOfTemplate extends PastLooks {
  /** Metrics of the template that the record has no measurements for. */
  readonly unseen: readonly string[]
}

/** Undefined where the record has no beginning, no look, or nothing that the template measures. */
export function pastLooks(
  template: AnalysisTemplate,
  lines: readonly RecordLine[],
): PastOfTemplate | undefined {
  const [first] = lines
  if (first?.type !== "begin") return undefined
  const recorded = planOf(first.spec).metrics
  const names = new Map<string, string>()
  const unseen: string[] = []
  for (const metric of template.metrics) {
    const key = `${template.name}/${metric.name}`
    const source = recorded.find((one) => measuresSame(one.metric, metric))
    if (source) names.set(key, source.key)
    else unseen.push(metric.name)
  }
  const looks = lines.flatMap((line) =>
    line.type === "look" ? [{ now: line.now, sample: renamed(line.sample, names) }] : [],
  )
  if (names.size === 0 || looks.length === 0) return undefined
  const { id, service, arms, args } = first.spec
  const spec = {
    id,
    service,
    arms,
    templates: [template],
    maxDurationMs: template.maxDuration,
    ...(args ? { args } : {}),
  }
  return { spec, looks, unseen }
}

function renamed(sample: Sample, names: ReadonlyMap<string, string>): Sample {
  const metrics = [...names].flatMap(([key, source]) => {
    const measured = sample.metrics[source]
    return measured ? [[key, measured] as const] : []
  })
  return { requests: sample.requests, metrics: Object.fromEntries(metrics) }
}

/** Sources that ask the same give the same, if they give the same kind of figure, and for as many arms. */
function measuresSame(recorded: MetricSpec, wanted: MetricSpec): boolean {
  return (
    isDeepStrictEqual(recorded.provider, wanted.provider) &&
    figureOf(recorded.type) === figureOf(wanted.type) &&
    (recorded.compare !== undefined || wanted.compare === undefined)
  )
}

function figureOf(type: MetricSpec["type"]): "events" | "histogram" | "mean" | "value" {
  switch (type) {
    case "rate":
    case "count":
      return "events"
    case "quantile":
      return "histogram"
    case "mean":
      return "mean"
    case "threshold":
    case "job":
    case "web":
      return "value"
  }
}
