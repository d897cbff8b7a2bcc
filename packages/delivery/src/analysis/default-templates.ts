// The template of rollouts that name none: errors and latency at the gateway, memory of the instances, and what members do. Tuned by
// simulation (bench `rollout`): docs/analysis.md has its figures.

import type { AnalysisTemplate, AnalysisTemplateInput } from "./template-schema.ts"
import { analysisTemplateSchema } from "./template-schema.ts"

const TECHNICAL: AnalysisTemplateInput["metrics"] = [
  {
    name: "errors",
    layer: "system",
    type: "rate",
    provider: { internal: "errors" },
    // Cold instances are slow, they do not fail; so all of the stable release is the reference, which finds regressions sooner.
    compare: {
      against: "stable",
      allowedChange: "5%",
      criticalChange: "900%",
      minimumEffect: "100%",
      minimumDifference: 0.005,
    },
    critical: true,
  },
  {
    name: "latency",
    layer: "system",
    type: "quantile",
    quantile: 0.95,
    provider: { internal: "latency" },
    compare: { against: "baseline", allowedChange: "5%", minimumEffect: "20%" },
  },
  {
    name: "memory",
    layer: "system",
    type: "threshold",
    provider: { internal: { gauge: "process_resident_memory_bytes", of: "max" } },
    compare: { against: "baseline", method: "static", allowedChange: "100%", minimumEffect: "200%" },
    // Half a minute in a row: garbage that is about to be collected is no leak.
    failureLimit: 30,
    consecutiveSuccessLimit: 30,
    mustHaveData: false,
  },
]

const BUSINESS: Readonly<Record<string, AnalysisTemplateInput["metrics"]>> = {
  social: [
    {
      name: "posts",
      layer: "business",
      type: "count",
      provider: {
        internal: {
          counter: "aviary_http_requests_total",
          where: { method: "POST", route: "/api/v1/statuses", status: "2xx" },
        },
      },
      compare: { against: "stable", direction: "decrease", allowedChange: "5%", minimumEffect: "20%" },
      mustHaveData: false,
    },
  ],
}

/** What a rollout of this service is judged by when it names no template. */
export function defaultTemplates(service: string): readonly AnalysisTemplate[] {
  const metrics = [...TECHNICAL, ...(BUSINESS[service] ?? [])]
  return [{ name: "default", ...analysisTemplateSchema.parse({ metrics }) }]
}
