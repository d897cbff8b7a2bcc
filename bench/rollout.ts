// npm run bench -- rollout [runs] [simulated | live] [A/A runs]: how soon a bad release is gone, what it costs, how often a good one is
// taken for bad: simulated on synthetic traffic (default 2,000 runs), and live against real processes (default 10 of an identical
// release). And how the documented rules of others do on the same traffic. With one of the two words only that part is measured anew;
// the other's rows stay as they are, with their date.

import { keptFigures } from "./lib/kept-figures.ts"
import { createProgress } from "./lib/progress.ts"
import type { Figure } from "./lib/report.ts"
import { writeDetectionPlot } from "./rollout/detection-plot.ts"
import { liveFigures } from "./rollout/live-figures.ts"
import { comparedFigures, simulatedFigures } from "./rollout/simulated-figures.ts"

const RUNS = 2_000
const SAME_RUNS = 10
/** On a quiet machine of two cores. */
const SIMULATED_SECONDS = 1_200
const LIVE_SECONDS = 900
const PARTS = ["simulated", "live"] as const

type Part = (typeof PARTS)[number]

export async function rollout(args: readonly string[]): Promise<Figure[]> {
  const { parts, runs, sameRuns } = asked(args)
  const expected =
    (parts.includes("simulated") ? (SIMULATED_SECONDS * runs) / RUNS : 0) +
    (parts.includes("live") ? LIVE_SECONDS : 0)
  const progress = createProgress(expected)
  const figures: Figure[] = []
  for (const part of PARTS)
    figures.push(...(parts.includes(part) ? await measured(part) : keptFigures("rollout", isOf(part))))
  progress.end()
  return figures

  async function measured(part: Part): Promise<Figure[]> {
    if (part === "live") return liveFigures(sameRuns, progress)
    const simulated = [
      ...(await simulatedFigures(runs, progress)),
      ...(await comparedFigures(runs, progress)),
    ]
    progress.step("plotting how long a bad release serves")
    writeDetectionPlot()
    return simulated
  }
}

const isOf =
  (part: Part) =>
  ({ name }: Figure): boolean =>
    name.endsWith("live)") === (part === "live")

function asked(args: readonly string[]): { parts: readonly Part[]; runs: number; sameRuns: number } {
  const words = PARTS.filter((part) => args.includes(part))
  const numbers = args.flatMap((arg) => (/^[1-9]\d{0,5}$/.test(arg) ? [Number(arg)] : []))
  if (numbers.length + words.length !== args.length)
    throw new Error("npm run bench -- rollout [runs] [simulated | live] [A/A runs]")
  const onlyLive = words.length === 1 && words[0] === "live"
  const [runs = RUNS, sameRuns = SAME_RUNS] = onlyLive ? [RUNS, ...numbers] : numbers
  return { parts: words.length === 0 ? PARTS : words, runs, sameRuns }
}
