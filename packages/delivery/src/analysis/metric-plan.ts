// The metrics of an analysis as they are judged: which template each is of, what it weighs in the family, and by which test. Pure.

import type { AnalysisSpec, ArmRef } from "./analysis.ts"
import { defaultTemplates } from "./default-templates.ts"
import type { CompareSpec, MetricSpec } from "./template-schema.ts"

export interface PlannedMetric {
  /** `template/metric` */
  readonly key: string
  readonly metric: MetricSpec
  readonly args: Readonly<Record<string, string>>
  /** Its share of the family's alpha; those that have a say and a test sum to 1. */
  readonly weight: number
  readonly test: TestKind
  /** Measured and shown only. */
  readonly ignored: boolean
}

/**
 * - `counts`, `quantile`, `mean`: sequential, by e-values.
 * - `ranks`: Mann–Whitney. `static`: the figures of each look, compared as they are.
 * - `conditions`: successCondition and failureCondition alone.
 */
export type TestKind = "counts" | "quantile" | "mean" | "ranks" | "static" | "conditions"

const CRITICAL_WEIGHT = 5

/** What the metrics and the error rate of an analysis are taken from. */
export type PlanSource = Pick<AnalysisSpec, "templates" | "args" | "service">

export interface AnalysisPlan {
  readonly metrics: readonly PlannedMetric[]
  /** One error rate for all: the smallest that a template asks for. */
  readonly alpha: number
}

/** Plans depend on the specification alone, and looks come often. */
const plans = new WeakMap<PlanSource, AnalysisPlan>()

export function planOf(spec: PlanSource): AnalysisPlan {
  const known = plans.get(spec)
  if (known) return known
  const templates = spec.templates.length > 0 ? spec.templates : defaultTemplates(spec.service)
  const alpha = Math.min(...templates.map((template) => template.familyAlpha))
  const made = { metrics: plannedMetrics(spec, templates), alpha }
  plans.set(spec, made)
  return made
}

function plannedMetrics(spec: PlanSource, templates: AnalysisSpec["templates"]): PlannedMetric[] {
  const planned = templates.flatMap((template) =>
    template.metrics.map((metric) => ({
      key: `${template.name}/${metric.name}`,
      metric,
      args: { ...template.args, ...spec.args },
      test: testOf(metric),
      ignored: metric.muted || metric.dryRun,
    })),
  )
  const part = ({ metric, test, ignored }: (typeof planned)[number]): number => {
    if (ignored || test === "static" || test === "conditions") return 0
    return metric.critical ? CRITICAL_WEIGHT : 1
  }
  const sum = planned.reduce((total, one) => total + part(one), 0)
  // What is only shown is shown as if it stood alone.
  return planned.map((one) => ({ ...one, weight: part(one) === 0 ? 1 : part(one) / sum }))
}

function testOf({ compare, type }: MetricSpec): TestKind {
  if (!compare) return "conditions"
  if (compare.method === "static") return "static"
  if (compare.method === "mannWhitney") return "ranks"
  switch (type) {
    case "rate":
    case "count":
      return "counts"
    case "quantile":
      return "quantile"
    case "mean":
      return "mean"
    case "threshold":
    case "job":
    case "web":
      return "static"
  }
}

/** The arms that the subject is compared with, summed. `apart`: the baseline differs from the stable release's other instances. */
export function referenceArms(arms: AnalysisSpec["arms"], compare: CompareSpec, apart: boolean): ArmRef[] {
  const { baseline, stable } = arms
  if (compare.against === "history") return []
  if (!baseline) return [stable]
  if (compare.against === "baseline" || apart) return [baseline]
  return [stable, baseline]
}

/** r for the null hypothesis and for the minimum effect: 1.05 and 1.2 for more, 0.95 and 0.8 for less. */
export function ratiosOf(
  compare: CompareSpec,
  referenceValue: number | undefined,
): { allowed: number; effect: number } {
  const { direction, allowedChange, minimumEffect, minimumDifference } = compare
  const byDifference =
    minimumDifference > 0 && referenceValue !== undefined && referenceValue > 0
      ? minimumDifference / referenceValue
      : 0
  const change = Math.max(minimumEffect, byDifference)
  if (direction === "increase") return { allowed: 1 + allowedChange, effect: 1 + change }
  return { allowed: 1 - allowedChange, effect: Math.max(1e-6, 1 - Math.min(change, 1)) }
}
