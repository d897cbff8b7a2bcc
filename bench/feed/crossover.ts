// The plot of what pull, push and hybrid cost over reads per post, docs/feed-crossover.svg, and where the curves cross as a figure.

import { writeFileSync } from "node:fs"
import { ownProcess } from "../lib/own-process.ts"
import { logLogPlot } from "../lib/plot.ts"
import type { Figure } from "../lib/report.ts"

type Strategy = "pull" | "push" | "hybrid"

export interface CurveInput {
  readonly dataDir: string
  readonly strategy: Strategy
}

export interface CurveResult {
  readonly source: string
  readonly generated: boolean
  readonly ratios: readonly number[]
  /** Followers from which on hybrid pulls an author here. */
  readonly heavyFollowers: number
  /** Per post, with the reads that come with it, by ratio. */
  readonly microseconds: readonly number[]
}

interface Crossover extends Omit<CurveResult, "microseconds"> {
  readonly microseconds: Readonly<Record<Strategy, readonly number[]>>
}

const DEADLINE_MS = 60_000
/** Where the plot goes: that of the real graph is part of the documentation. */
const FILE = "docs/feed-crossover.svg"
const FILE_GENERATED = "bench/results/feed-crossover.svg"

/** Measures the curves and writes the plot. */
export async function crossover({ dataDir }: { readonly dataDir: string }): Promise<Figure[]> {
  const pull = await curve({ dataDir, strategy: "pull" })
  const push = await curve({ dataDir, strategy: "push" })
  const hybrid = await curve({ dataDir, strategy: "hybrid" })
  const microseconds = {
    pull: pull.microseconds,
    push: push.microseconds,
    hybrid: hybrid.microseconds,
  }
  const result = { ...hybrid, microseconds }
  const file = result.generated ? FILE_GENERATED : FILE
  writeFileSync(file, plotOf(result))
  return [figureOf(result, file)]
}

/** Each in a process of its own: what the compiler has learnt from one strategy is no burden to the next. */
async function curve(input: CurveInput): Promise<CurveResult> {
  const child = ownProcess<CurveResult>(new URL("./crossover.process.ts", import.meta.url), input)
  try {
    return await child.message(DEADLINE_MS)
  } finally {
    await child.stop()
  }
}

function plotOf({ source, ratios, heavyFollowers, microseconds }: Crossover): string {
  const points = (values: readonly number[]) => values.map((y, i) => ({ x: ratios[i] ?? 0, y }))
  return logLogPlot({
    title: "What a post and its reads cost",
    subtitle: [
      `${source}.`,
      `Memory only, everybody has a ring; hybrid pulls authors of over ${heavyFollowers.toLocaleString("en-US")} followers, a tenth of deliveries.`,
    ],
    x: "home reads per post",
    y: "processor time per post and its reads, µs",
    curves: [
      { name: "pull", points: points(microseconds.pull) },
      { name: "push", points: points(microseconds.push) },
      { name: "hybrid", points: points(microseconds.hybrid) },
    ],
  })
}

function figureOf({ ratios, microseconds, heavyFollowers }: Crossover, file: string): Figure {
  const { pull, push, hybrid } = microseconds
  const at = crossing(ratios, pull, push)
  const ends = (values: readonly number[]): string =>
    `${(values[0] ?? 0).toFixed(1)} to ${Math.round(values.at(-1) ?? 0)} µs`
  return {
    name: "reads per post from which on push is cheaper than pull",
    value: at,
    unit: "reads/post",
    note: `${file}; a post with 0.001 to 1,000 reads: pull ${ends(pull)}, push ${ends(push)}, hybrid (heavy above ${heavyFollowers} followers here) ${ends(hybrid)}`,
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
