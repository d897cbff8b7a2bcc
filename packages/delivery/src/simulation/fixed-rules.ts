// The documented default rules of Flagger and Argo Rollouts, for comparison on the same traffic. Written from their documents:
// fluxcd/flagger docs/gitbook/tutorials/*-progressive-delivery.md and usage/deployment-strategies.md (interval 1m, threshold 5,
// maxWeight 50, stepWeight 5; success rate ≥ 99 %, p99 ≤ 500 ms over the interval), and argoproj/argo-rollouts
// docs/features/analysis.md (background analysis: result ≥ 0.95 every 5m, three such measurements fail it; steps of 20, 40, 60 and
// 80 % for 10m each). Both compare the canary with fixed numbers; neither has a baseline. Argo's example begins its analysis at the
// second step; here it begins with the first, which is in its favour. Without requests a check of Flagger's does not advance the
// rollout and does not count as failed; one of Argo's is no measurement.

import { quantileOf } from "../analysis/histogram.ts"
import type { Look, Rules, RulesRun } from "./rules.ts"
import { LATENCY_BOUNDS } from "./simulated-service.ts"

const FLAGGER = {
  intervalSeconds: 60,
  threshold: 5,
  maxWeight: 0.5,
  stepWeight: 0.05,
  minSuccess: 0.99,
  maxP99Seconds: 0.5,
}
/** What a rollout without requests is given before the simulation ends it. */
const GIVE_UP_SECONDS = 7_200

export const flaggerRules: Rules = {
  name: "Flagger, documented example",
  begin: () => {
    const window = createWindow()
    let canary = FLAGGER.stepWeight
    let failed = 0
    return {
      get shares() {
        return { canary, baseline: 0 }
      },
      look(look, second) {
        window.add(look)
        if (second >= GIVE_UP_SECONDS) return "undecided"
        if (second % FLAGGER.intervalSeconds !== 0) return undefined
        const { requests, success, p99 } = window.take()
        if (requests === 0) return undefined
        if (success < FLAGGER.minSuccess || p99 > FLAGGER.maxP99Seconds) {
          failed += 1
          return failed >= FLAGGER.threshold ? "rolledBack" : undefined
        }
        if (canary + 1e-9 >= FLAGGER.maxWeight) return "promoted"
        canary += FLAGGER.stepWeight
        return undefined
      },
    } satisfies RulesRun
  },
}

const ARGO = {
  intervalSeconds: 300,
  failures: 3,
  minSuccess: 0.95,
  weights: [0.2, 0.4, 0.6, 0.8],
  stepSeconds: 600,
}

export const argoRules: Rules = {
  name: "Argo Rollouts, documented example",
  begin: () => {
    const window = createWindow()
    let step = 0
    let failed = 0
    return {
      get shares() {
        return { canary: ARGO.weights[step] ?? 1, baseline: 0 }
      },
      look(look, second) {
        window.add(look)
        if (second % ARGO.intervalSeconds === 0) {
          const { requests, success } = window.take()
          if (requests > 0 && success < ARGO.minSuccess) failed += 1
          if (failed >= ARGO.failures) return "rolledBack"
        }
        if (second % ARGO.stepSeconds !== 0) return undefined
        step += 1
        return step >= ARGO.weights.length ? "promoted" : undefined
      },
    } satisfies RulesRun
  },
}

/** The canary's figures since the check before. */
function createWindow() {
  let requests = 0
  let errors = 0
  let latency: number[] = []
  return {
    add({ canary }: Look) {
      requests += canary.requests
      errors += canary.errors
      latency = canary.latency.map((count, i) => count + (latency[i] ?? 0))
    },
    take() {
      const success = requests === 0 ? 1 : 1 - errors / requests
      const p99 = quantileOf({ bounds: LATENCY_BOUNDS, counts: latency }, 0.99) ?? 0
      const taken = { requests, success, p99 }
      requests = 0
      errors = 0
      latency = []
      return taken
    },
  }
}
