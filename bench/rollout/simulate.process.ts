// One share of a scenario's runs, in a process of its own: told by a message, answered by one.

import { simulateRollouts } from "@aviary/delivery/simulation"
import { ruleSets, trafficOf } from "./scenarios.ts"
import type { Scenario } from "./scenarios.ts"

export interface SimulationOrder {
  readonly scenario: Scenario
  readonly runs: number
  readonly seed: number
}

process.on("message", (message) => {
  const { scenario, runs, seed } = message as SimulationOrder
  const summary = simulateRollouts({
    runs,
    seed,
    traffic: trafficOf(scenario),
    rules: ruleSets[scenario.rules],
    ...(scenario.effect ? { effect: scenario.effect } : {}),
  })
  process.send?.(summary)
})
