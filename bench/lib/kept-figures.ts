// Rows of a former result that are not measured anew, with the date from which they are.

import { existsSync, readFileSync } from "node:fs"
import type { Figure } from "./report.ts"

/** Of bench/results/NAME.json; none where there is no such file. */
export function keptFigures(name: string, keep: (figure: Figure) => boolean): Figure[] {
  const file = `bench/results/${name}.json`
  if (!existsSync(file)) return []
  const { at, figures } = JSON.parse(readFileSync(file, "utf8")) as { at: string; figures: Figure[] }
  return figures.filter(keep).map((figure) => ({ measuredAt: at, ...figure }))
}
