// What the simulation says of rollouts: the rows of the targets, and how the documented rules of others do on the same traffic.

import type { Progress } from "../lib/progress.ts"
import type { Figure } from "../lib/report.ts"
import { COMPARED_RUNS, comparison, minutes, scenarios } from "./scenarios.ts"
import type { Scenario } from "./scenarios.ts"
import { simulateAll } from "./simulate.ts"
import type { Simulated } from "./simulate.ts"

const percent = (share: number): number => Math.round(share * 10_000) / 100
/** A time that never came is far beyond every target, and a number in JSON. */
const NEVER_SECONDS = 7_200
const finite = (value: number): number => (Number.isFinite(value) ? value : NEVER_SECONDS)

export async function simulatedFigures(runs: number, progress: Progress): Promise<Figure[]> {
  progress.step(`simulating rollouts, ${runs} each`)
  const groups = Object.entries(scenarios) as [keyof typeof scenarios, readonly Scenario[]][]
  const all = await simulateAll(
    groups.flatMap(([, group]) => group),
    runs,
    progress,
  )
  const of = (key: keyof typeof scenarios): Simulated[] =>
    all.filter(({ scenario }) => (scenarios[key] as readonly Scenario[]).includes(scenario))
  return [
    timeFigure("20 %", of("time 20 %"), 10),
    timeFigure("5 %", of("time 5 %"), 35),
    timeFigure("1 %", of("time 1 %"), 240),
    damageFigure(of("damage")),
    ...of("same").map((one): Figure => ({
      name: "an identical release is rolled back (A/A, simulated)",
      value: percent(one.rolledBack),
      unit: "% of rollouts",
      target: { most: 1 },
      note: noteOf(one),
    })),
    ...of("power").map((one): Figure => ({
      name: `found and rolled back: ${one.scenario.name} (simulated)`,
      value: percent(one.rolledBack),
      unit: "% of rollouts",
      target: { least: 95 },
      note: `${noteOf(one)}; p90 ${finite(one.secondsToZero.p90).toFixed(0)} s`,
    })),
  ]
}

function timeFigure(errors: string, [one]: readonly Simulated[], most: number): Figure {
  return {
    name: `${errors} errors → weight 0, 10 requests/s per arm, p90 (simulated)`,
    value: finite(one?.secondsToZero.p90 ?? Infinity),
    unit: "s",
    target: { most },
    note: one ? `${noteOf(one)}; rolled back ${percent(one.rolledBack)} %` : "",
  }
}

/** The worst of all effect sizes and traffics. */
function damageFigure(all: readonly Simulated[]): Figure {
  const worst = all.toSorted((a, b) => b.failedRequests.p90 - a.failedRequests.p90)[0]
  return {
    name: "requests failed by a bad canary, p90, the worst of 1 to 2,000/s and 1 to 100 % errors (simulated)",
    value: worst?.failedRequests.p90 ?? Number.NaN,
    unit: "requests",
    target: { most: 25 },
    note: worst
      ? `${worst.scenario.name}; all: ${all.map((one) => `${one.scenario.name} ${one.failedRequests.p90}`).join(", ")}`
      : "",
  }
}

const noteOf = ({ runs, scenario }: Simulated): string =>
  `${runs} runs at ${scenario.requestsPerSecond} requests/s, ${(scenario.errorRate ?? 0.001) * 100} % errors before`

const TOOLS = ["aviary", "flagger", "argo"] as const

/** One table: each scenario by the rules of all three. A bad release that is not rolled back counts as served for the whole time. */
export async function comparedFigures(runs: number, progress: Progress): Promise<Figure[]> {
  progress.step("the same traffic by the rules of others")
  const asked: (Scenario & { rules: (typeof TOOLS)[number] })[] = comparison.flatMap((one) =>
    TOOLS.map((rules) => ({
      ...one,
      rules,
      runs: one.isBad ? Math.min(runs, COMPARED_RUNS) : runs,
    })),
  )
  const all = await simulateAll([...asked, ...minutes], runs, progress)
  return [...minuteFigures(all), ...toolFigures(all)]
}

/** The healthy service with one request a second: by a rule of the minute, and by Aviary. */
function minuteFigures(all: readonly Simulated[]): Figure[] {
  const [first] = comparison
  const minute = all.find(({ scenario }) => scenario.rules === "minute")
  const aviary = all.find(({ scenario }) => scenario.rules === "aviary" && scenario.name === first?.name)
  if (!minute || !aviary) return []
  return [
    {
      name: "compared, a healthy service at 0.5 % errors, 1 request/s: rolled back (simulated)",
      value: percent(aviary.rolledBack),
      unit: "% of rollouts",
      reference: { name: "success ≥ 99 % a minute, 5 failures of 25", value: percent(minute.rolledBack) },
      note: `${minute.runs} runs; all requests meet the canary of the rule, a third Aviary's`,
    },
  ]
}

function toolFigures(done: readonly Simulated[]): Figure[] {
  return comparison.flatMap(({ name, isBad }) => {
    const [aviary, flagger, argo] = TOOLS.map((rules) =>
      done.find(({ scenario }) => scenario.name === name && scenario.rules === rules),
    )
    if (!aviary || !flagger || !argo) return []
    const runs = `${aviary.runs} runs`
    const rolledBack: Figure = {
      name: `compared, ${name}: rolled back (simulated)`,
      value: percent(aviary.rolledBack),
      unit: "% of rollouts",
      reference: { name: "Flagger", value: percent(flagger.rolledBack) },
      note: `${runs}; Argo ${percent(argo.rolledBack)}`,
    }
    if (!isBad) return [rolledBack]
    const times = (one: Simulated): number => finite(one.secondsToZero.p90)
    return [
      rolledBack,
      {
        name: `compared, ${name}: weight 0 after, p90 (simulated)`,
        value: times(aviary),
        unit: "s",
        reference: { name: "Flagger", value: times(flagger) },
        note: `${runs}; Argo ${times(argo).toFixed(0)}; ${NEVER_SECONDS} where a tenth was not found`,
      },
      {
        name: `compared, ${name}: failed requests, p90 (simulated)`,
        value: aviary.failedRequests.p90,
        unit: "requests",
        reference: { name: "Flagger", value: flagger.failedRequests.p90 },
        note: `${runs}; Argo ${argo.failedRequests.p90}`,
      },
    ]
  })
}
