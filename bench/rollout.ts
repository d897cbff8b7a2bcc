// npm run bench -- rollout [runs] [simulated | live]: how soon a bad release is gone, what it costs, how often a good one is taken
// for bad: simulated on synthetic traffic, and live against real processes. And how the documented rules of others do on the same
// traffic.

import { createProgress } from "./lib/progress.ts"
import type { Figure } from "./lib/report.ts"
import { writeDetectionPlot } from "./rollout/detection-plot.ts"
import { comparedFigures, simulatedFigures } from "./rollout/simulated-figures.ts"

const RUNS = 2_000
/** Of the rules of others, whose outcome hardly varies. */
const COMPARED_RUNS = 200
const EXPECTED_SECONDS = 1_500

export async function rollout(args: readonly string[]): Promise<Figure[]> {
  const [runs = RUNS] = args.flatMap((arg) => (/^\d+$/.test(arg) ? [Number(arg)] : []))
  const progress = createProgress((EXPECTED_SECONDS * runs) / RUNS)
  const figures = [
    ...(await simulatedFigures(runs, progress)),
    ...(await comparedFigures(Math.min(runs, COMPARED_RUNS), progress)),
  ]
  progress.step("plotting how long a bad release serves")
  writeDetectionPlot()
  progress.end()
  return figures
}
