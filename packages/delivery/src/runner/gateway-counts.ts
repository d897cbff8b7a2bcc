// How many requests each arm has had, read from the gateways' own figures. What cannot be read stays as it was; whoever needs
// requests to go on then waits.

import { isFailed, isOfRelease } from "../metrics/gateway-outcomes.ts"
import type { Scraper, ScrapeTarget } from "../metrics/scraper.ts"
import type { GatewayCounter, GatewayCounts } from "./request-counts.ts"

const REQUESTS = "aviary_gateway_requests_total"

export interface PolledCounts extends GatewayCounts {
  /** Reads once. Never rejects for what a gateway does. */
  readonly poll: (signal: AbortSignal) => Promise<void>
}

/** With several gateways, one that does not answer counts with what it said last. */
export function createGatewayCounts(deps: {
  readonly scraper: Scraper
  readonly gateways: () => readonly ScrapeTarget[]
}): PolledCounts {
  const byGateway = new Map<string, ReadonlyMap<string, readonly GatewayCounter[]>>()
  return {
    async poll(signal) {
      const targets = deps.gateways()
      const scrapes = await Promise.all(targets.map((target) => deps.scraper.scrape(target, signal)))
      for (const scrape of scrapes)
        if (scrape.ok) byGateway.set(scrape.source.id, countersOf(scrape.source.series.get(REQUESTS) ?? []))
      const known = new Set(targets.map(({ id }) => id))
      for (const id of byGateway.keys()) if (!known.has(id)) byGateway.delete(id)
    },
    read(service) {
      const sums = new Map<string, GatewayCounter>()
      for (const counters of byGateway.values()) for (const one of counters.get(service) ?? []) add(sums, one)
      return [...sums.values()]
    },
  }
}

function countersOf(
  series: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[],
): ReadonlyMap<string, readonly GatewayCounter[]> {
  const services = new Map<string, Map<string, GatewayCounter>>()
  for (const { labels, value } of series) {
    const { service = "", arm = "", release: fleet = "" } = labels
    if (service === "" || arm === "" || !isOfRelease(labels)) continue
    const sums = services.get(service) ?? new Map<string, GatewayCounter>()
    services.set(service, sums)
    add(sums, { arm, fleet, requests: value, failures: isFailed(labels) ? value : 0 })
  }
  return new Map([...services].map(([service, sums]) => [service, [...sums.values()]]))
}

function add(sums: Map<string, GatewayCounter>, one: GatewayCounter): void {
  const key = `${one.arm} ${one.fleet}`
  const { requests = 0, failures = 0 } = sums.get(key) ?? {}
  sums.set(key, { ...one, requests: requests + one.requests, failures: failures + one.failures })
}
