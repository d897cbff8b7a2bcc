// The live part: a real `aviary start` with the sample shop behind the real gateway, on 127.0.0.1 alone. Everything is bounded in
// number and in time, and gone afterwards.

import { createStage } from "@aviary/aviary/delivery-stage"
import type { Stage } from "@aviary/aviary/delivery-stage"
import type { SampleRelease } from "@aviary/testkit"
import type { Progress } from "../lib/progress.ts"
import type { Figure } from "../lib/report.ts"
import { badReleaseFigures, sameReleaseFigure } from "./live-releases.ts"
import { switchFigures } from "./live-switches.ts"

/** Of each bad release. */
const BAD_RUNS = 5

/** Slow and even, so that an analysis of an identical release is over in half a minute. */
const EVEN: SampleRelease = { latencyMs: 300, latencySpread: 0.2, orderRate: 0.9 }

export async function liveFigures(sameRuns: number, progress: Progress): Promise<Figure[]> {
  return [
    ...(await onStage({ version: "v1" }, progress, async (stage) => [
      ...(await switchFigures(stage, progress)),
      ...(await badReleaseFigures(stage, BAD_RUNS, progress)),
    ])),
    ...(await onStage({ ...EVEN, version: "v1" }, progress, async (stage) => [
      await sameReleaseFigure(stage, { release: EVEN, runs: sameRuns }, progress),
    ])),
  ]
}

async function onStage(
  first: SampleRelease,
  progress: Progress,
  measure: (stage: Stage) => Promise<Figure[]>,
): Promise<Figure[]> {
  progress.step("starting Aviary and a shop")
  const stage = await createStage({ first })
  try {
    return await measure(stage)
  } finally {
    await stage.remove()
  }
}
