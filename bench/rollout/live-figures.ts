// The live part: a real `aviary start` with the sample shop behind the real gateway, on 127.0.0.1 alone. Everything is bounded in
// number and in time, and gone afterwards.

import { createStage } from "@aviary/aviary/delivery-stage"
import type { Progress } from "../lib/progress.ts"
import type { Figure } from "../lib/report.ts"
import { badReleaseFigures, sameReleaseFigure } from "./live-releases.ts"
import { switchFigures } from "./live-switches.ts"

/** Of each bad release. */
const BAD_RUNS = 5

export async function liveFigures(sameRuns: number, progress: Progress): Promise<Figure[]> {
  progress.step("starting Aviary and a shop")
  const stage = await createStage({ first: { version: "v1" } })
  try {
    return [
      ...(await switchFigures(stage, progress)),
      ...(await badReleaseFigures(stage, BAD_RUNS, progress)),
      await sameReleaseFigure(stage, sameRuns, progress),
    ]
  } finally {
    await stage.remove()
  }
}
