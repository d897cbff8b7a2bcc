// The plot of what pull, push and hybrid cost over reads per post: docs/feed-crossover.svg, and where the curves cross as a figure.

import { writeFileSync } from "node:fs"
import { ownProcess } from "../lib/own-process.ts"
import { logLogPlot } from "../lib/plot.ts"
import type { Figure } from "../lib/report.ts"

export interface CrossoverInput {
  readonly dataDir: string
}

export interface CrossoverResult {
  readonly source: string
  readonly ratios: readonly number[]
  /** Followers from which on hybrid pulls an author here. */
  readonly heavyFollowers: number
  /** Per post, with the reads that come with it, by ratio. */
  readonly microseconds: Readonly<Record<"pull" | "push" | "hybrid", readonly number[]>>
}

const DEADLINE_MS = 120_000
const FILE = "docs/feed-crossover.svg"

/** Measures the curves and writes the plot. */
export async function crossover(input: CrossoverInput): Promise<Figure[]> {
  const file = new URL("./crossover.process.ts", import.meta.url)
  const child = ownProcess<CrossoverResult>(file, input)
  try {
    const result = await child.message(DEADLINE_MS)
    writeFileSync(FILE, plotOf(result))
    return [figureOf(result)]
  } finally {
    await child.stop()
  }
}

function plotOf({ source, ratios, heavyFollowers, microseconds }: CrossoverResult): string {
  const curve = (values: readonly number[]) => values.map((y, i) => ({ x: ratios[i] ?? 0, y }))
  return logLogPlot({
    title: "What a post and its reads cost",
    subtitle: [
      `${source}.`,
      `Memory only; every member has a ring; hybrid pulls authors with over ${heavyFollowers.toLocaleString("en-US")} followers, who make a tenth of all deliveries.`,
    ],
    x: "home reads per post",
    y: "processor time per post and its reads, µs",
    curves: [
      { name: "pull", points: curve(microseconds.pull) },
      { name: "push", points: curve(microseconds.push) },
      { name: "hybrid", points: curve(microseconds.hybrid) },
    ],
  })
}

function figureOf({ ratios, microseconds, heavyFollowers }: CrossoverResult): Figure {
  const { pull, push, hybrid } = microseconds
  const at = crossing(ratios, pull, push)
  const ends = (values: readonly number[]): string =>
    `${(values[0] ?? 0).toFixed(1)} to ${Math.round(values.at(-1) ?? 0)} µs`
  return {
    name: "reads per post from which on push is cheaper than pull",
    value: at,
    unit: "reads/post",
    note: `${FILE}; a post with 0.001 to 1,000 reads: pull ${ends(pull)}, push ${ends(push)}, hybrid (heavy above ${heavyFollowers} followers here) ${ends(hybrid)}`,
  }
}

/** Where the first curve comes to lie above the second, between points by their logarithms; 0 where it never does. */
function crossing(xs: readonly number[], first: readonly number[], second: readonly number[]): number {
  const gap = (i: number): number => Math.log((first[i] ?? 1) / (second[i] ?? 1))
  for (let i = 1; i < xs.length; i += 1) {
    const before = gap(i - 1)
    const after = gap(i)
    if (before >= 0 || after < 0) continue
    const share = -before / (after - before)
    return (xs[i - 1] ?? 0) * ((xs[i] ?? 0) / (xs[i - 1] ?? 1)) ** share
  }
  return 0
}
