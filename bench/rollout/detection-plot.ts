// The plot of how long a bad release serves over its error rate, docs/analysis-detection.svg: Aviary's analysis, and the documented
// rules of Flagger and Argo Rollouts on the same simulated traffic.

import { writeFileSync } from "node:fs"
import {
  argoRules,
  aviaryRules,
  defaultTemplates,
  flaggerRules,
  simulateRollouts,
} from "@aviary/delivery/simulation"
import type { Rules } from "@aviary/delivery/simulation"
import { logLogPlot } from "../lib/plot.ts"

const FILE = "docs/analysis-detection.svg"
const ERROR_RATES = [0.006, 0.01, 0.015, 0.025, 0.04, 0.07, 0.12, 0.25, 0.5, 1]
const RUNS = 60

/** Simulates the curves and writes the plot. Seeded: the same every time. */
export function writeDetectionPlot(): void {
  writeFileSync(
    FILE,
    logLogPlot({
      title: "How long a bad release serves",
      subtitle: [
        "Simulated, 200 requests/s, 0.1 % errors before; nine of ten releases are gone by then.",
        "Where a curve ends, one in ten or more is promoted.",
      ],
      x: "errors of the new release, %",
      y: "seconds until it has no visitors (p90)",
      curves: [
        { name: "Aviary", points: pointsOf(aviaryRules({ templates: defaultTemplates("social") })) },
        { name: "Argo", points: pointsOf(argoRules) },
        { name: "Flagger", points: pointsOf(flaggerRules) },
      ],
    }),
  )
}

/** From the largest error rate down to where it is not found any more; by rising error rate. */
function pointsOf(rules: Rules): { x: number; y: number }[] {
  const points = ERROR_RATES.map((errorRate) => {
    const { secondsToZero } = simulateRollouts({
      runs: RUNS,
      seed: 1,
      traffic: {
        requestsPerSecond: 200,
        errorRate: 0.001,
        latency: { medianSeconds: 0.05, sigma: 0.5 },
        eventsPerRequest: 0.2,
      },
      effect: { errorRate },
      rules,
    })
    return { x: errorRate * 100, y: secondsToZero.p90 }
  })
  return points.filter(({ y }) => Number.isFinite(y))
}
