// Cumulative counters become what happened since the look before. A counter that fell was started anew and counts from 0; a process
// that is seen for the first time gives the starting point only, for what it counted before was before. A series that is new in a
// process that is known began at 0. Pure but for what it remembers.

import type { Series } from "./prometheus-text.ts"
import type { ScrapedSource } from "./scraper.ts"

export interface CounterDeltas {
  /**
   * Increments of each series since this reader's last look, those without one left out.
   * @param past the first look gives all that was counted before it
   */
  read(
    source: ScrapedSource,
    series: readonly Series[],
    past?: boolean,
  ): { readonly series: Series; readonly increment: number }[]
}

/** Sources that are remembered; the oldest are forgotten first. */
const MAX_SOURCES = 1_000

export function createCounterDeltas(): CounterDeltas {
  const sources = new Map<string, Map<string, number>>()
  return {
    read(source, series, past = false) {
      const before = sources.get(source.id)
      const now = new Map<string, number>()
      const increments: { series: Series; increment: number }[] = []
      for (const one of series) {
        if (!Number.isFinite(one.value)) continue
        const key = keyOf(one)
        now.set(key, one.value)
        if (!before && !past) continue
        const last = before?.get(key) ?? 0
        const increment = one.value >= last ? one.value - last : one.value
        if (increment > 0) increments.push({ series: one, increment })
      }
      sources.delete(source.id)
      if (sources.size >= MAX_SOURCES) sources.delete(sources.keys().next().value ?? "")
      sources.set(source.id, now)
      return increments
    },
  }
}

const keyOf = ({ name, labels }: Series): string =>
  `${name}\0${Object.entries(labels)
    .map(([label, value]) => `${label}\0${value}`)
    .toSorted()
    .join("\0")}`
