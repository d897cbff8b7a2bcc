// Runs scenarios on all cores. A scenario belongs to one process, for its spreads are of all its runs.

import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import type { SimulationSummary } from "@aviary/delivery/simulation"
import type { Progress } from "../lib/progress.ts"
import type { Scenario } from "./scenarios.ts"
import type { SimulationOrder } from "./simulate.process.ts"

const PROGRAM = join(import.meta.dirname, "simulate.process.ts")
const SEED = 20_260_101

export type Simulated = SimulationSummary & { readonly scenario: Scenario }

export async function simulateAll(
  scenarios: readonly Scenario[],
  runs: number,
  progress: Progress,
): Promise<Simulated[]> {
  const results = new Map<Scenario, Simulated>()
  const waiting = [...scenarios]
  async function work(): Promise<void> {
    const child = fork(PROGRAM, [], { execArgv: [] })
    try {
      for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
        const order = { scenario, runs: scenario.runs ?? runs, seed: SEED }
        results.set(scenario, { ...(await ask(child, order)), scenario })
        progress.at("scenarios", results.size, scenarios.length)
      }
    } finally {
      child.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), scenarios.length) }, work))
  return scenarios.flatMap((scenario) => results.get(scenario) ?? [])
}

function ask(child: ChildProcess, order: SimulationOrder): Promise<SimulationSummary> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`A simulation ended with ${code}`))
    child.once("exit", gone)
    // Infinity does not survive JSON; null stands for it.
    child.once("message", (message) => {
      child.off("exit", gone)
      resolve(withInfinity(message as SimulationSummary))
    })
    child.send(order)
  })
}

function withInfinity(summary: SimulationSummary): SimulationSummary {
  const spread = ({ p50, p90, p99 }: SimulationSummary["seconds"]): SimulationSummary["seconds"] => ({
    p50: p50 ?? Infinity,
    p90: p90 ?? Infinity,
    p99: p99 ?? Infinity,
  })
  return {
    ...summary,
    secondsToZero: spread(summary.secondsToZero),
    failedRequests: spread(summary.failedRequests),
    seconds: spread(summary.seconds),
  }
}
