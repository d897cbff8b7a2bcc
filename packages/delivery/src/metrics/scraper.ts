// Reads the figures of the gateways and of the instances, at most once for all metrics of a look. A source that does not answer is
// named with its reason; the others count nevertheless.

import { limitedFetch, SourceError } from "./limited-fetch.ts"
import { isSocketAddress, socketFetch } from "./socket-fetch.ts"
import { MetricsTextError, parseMetricsText } from "./prometheus-text.ts"
import type { Series } from "./prometheus-text.ts"

export interface ScrapeTarget {
  /** Stays the same while the process does, and is another's never: the id of an instance and its run. */
  readonly id: string
  /** `http://127.0.0.1:PORT/metrics` or `unix:/path/of.sock:/v1/metrics` */
  readonly url: string
}

export interface ScrapedSource {
  readonly id: string
  readonly series: ReadonlyMap<string, readonly Series[]>
}

/** What one source gave, or why it gave nothing. */
export type Scrape =
  | { readonly ok: true; readonly source: ScrapedSource }
  | { readonly ok: false; readonly reason: string }

export interface Scraper {
  /** Of those asked within `maxAgeMs` the same answer is given again. */
  scrape(target: ScrapeTarget, signal: AbortSignal): Promise<Scrape>
}

const TIMEOUT_MS = 2_000
const MAX_BYTES = 20_000_000
const MAX_AGE_MS = 100
const MAX_KEPT = 2_000

/** @param deps.now monotonic milliseconds */
export function createScraper(deps: { now(): number }): Scraper {
  const kept = new Map<string, { at: number; answer: Promise<Scrape> }>()
  return {
    scrape(target, signal) {
      const now = deps.now()
      const known = kept.get(target.url)
      if (known && now - known.at < MAX_AGE_MS) return known.answer
      if (kept.size >= MAX_KEPT) kept.clear()
      const answer = read(target, signal)
      kept.set(target.url, { at: now, answer })
      return answer
    },
  }
}

async function read(target: ScrapeTarget, signal: AbortSignal): Promise<Scrape> {
  try {
    const ask = isSocketAddress(target.url) ? socketFetch : limitedFetch
    const text = await ask({ url: target.url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal })
    const series = Map.groupBy(parseMetricsText(text), ({ name }) => name)
    return { ok: true, source: { id: target.id, series } }
  } catch (error) {
    if (error instanceof SourceError || error instanceof MetricsTextError)
      return { ok: false, reason: `${target.id}: ${error.message}` }
    throw error
  }
}
