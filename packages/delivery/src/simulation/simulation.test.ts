// The simulation repeats itself, its traffic is what it says, and the targets of rollouts hold in it (few runs here; `npm run bench --
// rollout` makes thousands).

import assert from "node:assert/strict"
import { test } from "node:test"
import { defaultTemplates } from "../analysis/default-templates.ts"
import { aviaryRules } from "./aviary-rules.ts"
import { argoRules, flaggerRules } from "./fixed-rules.ts"
import { seededChance } from "./seeded.ts"
import { simulateRollouts } from "./simulate-rollouts.ts"
import type { SimulatedTraffic } from "./simulated-service.ts"

const traffic = (requestsPerSecond: number): SimulatedTraffic => ({
  requestsPerSecond,
  errorRate: 0.001,
  latency: { medianSeconds: 0.05, sigma: 0.5 },
  eventsPerRequest: 0.2,
})

const aviary = aviaryRules({ templates: defaultTemplates("social") })

test("chance is seeded, and has the means and variances that it should", () => {
  for (const mean of [0.3, 5, 80, 1_000]) {
    const chance = seededChance(7)
    const drawn = Array.from({ length: 20_000 }, () => chance.poisson(mean))
    const average = drawn.reduce((sum, one) => sum + one, 0) / drawn.length
    const variance = drawn.reduce((sum, one) => sum + (one - average) ** 2, 0) / drawn.length
    assert.ok(Math.abs(average / mean - 1) < 0.05, `mean ${mean}: ${average}`)
    assert.ok(Math.abs(variance / mean - 1) < 0.1, `variance ${mean}: ${variance}`)
  }
  const chance = seededChance(9)
  const drawn = Array.from({ length: 4_000 }, () => chance.binomial(40, 0.8))
  assert.ok(Math.abs(drawn.reduce((sum, one) => sum + one, 0) / drawn.length - 32) < 0.15)
  assert.ok(drawn.every((one) => one >= 0 && one <= 40))
})

test("the same seed gives the same answer, another a different one", () => {
  const input = { runs: 20, traffic: traffic(100), effect: { errorRate: 0.05 }, rules: aviary }
  const first = simulateRollouts({ ...input, seed: 1 })
  assert.deepEqual(simulateRollouts({ ...input, seed: 1 }), first)
  assert.notDeepEqual(simulateRollouts({ ...input, seed: 2 }), first)
})

test("a tenfold error rate costs at most 25 failed requests in nine of ten rollouts, at any traffic", () => {
  for (const requestsPerSecond of [10, 300, 20_000])
    for (const errorRate of [0.01, 0.1, 1]) {
      const found = simulateRollouts({
        runs: 40,
        seed: 1,
        traffic: traffic(requestsPerSecond),
        effect: { errorRate },
        rules: aviary,
      })
      const { p90 } = found.failedRequests
      assert.ok(p90 <= 25, `${requestsPerSecond}/s, ${errorRate}: ${p90}`)
    }
})

test("an identical release is promoted, one that is a fifth slower is rolled back", () => {
  const same = simulateRollouts({ runs: 40, seed: 1, traffic: traffic(300), rules: aviary })
  // One in a hundred may be rolled back by chance; two of forty would be far beyond that.
  assert.ok(same.rolledBack <= 0.025 && same.promoted >= 0.975, JSON.stringify(same))
  const slower = simulateRollouts({
    runs: 40,
    seed: 1,
    traffic: traffic(300),
    effect: { latencyFactor: 1.2 },
    rules: aviary,
  })
  assert.ok(slower.rolledBack >= 0.9, `${slower.rolledBack}`)
})

test("the rules of others do what their documents say", () => {
  const outage = { runs: 20, seed: 1, traffic: traffic(50), effect: { errorRate: 0.5 } }
  // Five failed checks a minute apart; three measurements five minutes apart.
  assert.equal(simulateRollouts({ ...outage, rules: flaggerRules }).secondsToZero.p50, 300.25)
  assert.equal(simulateRollouts({ ...outage, rules: argoRules }).secondsToZero.p50, 900.25)
  const good = { runs: 20, seed: 1, traffic: traffic(50) }
  assert.equal(simulateRollouts({ ...good, rules: flaggerRules }).promoted, 1)
  assert.equal(simulateRollouts({ ...good, rules: argoRules }).seconds.p50, 2_400)
  // A healthy service at 0.5 % errors with little traffic: one error in a minute of fewer than a hundred requests is a failed check.
  const small = { ...traffic(3), errorRate: 0.005 }
  const judged = simulateRollouts({ runs: 100, seed: 1, traffic: small, rules: flaggerRules })
  assert.ok(judged.rolledBack > 0.08, `${judged.rolledBack}`)
})
