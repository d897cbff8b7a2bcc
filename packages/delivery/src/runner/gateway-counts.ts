// How many requests each arm has had, read from the gateways' own figures. What cannot be read stays as it was; whoever needs
// requests to go on then waits.

import { isFailed, isOfRelease } from "../metrics/gateway-outcomes.ts"
import type { Scraper, ScrapeTarget } from "../metrics/scraper.ts"
import type { GatewayCounter, GatewayCounts, VisitorCounts } from "./request-counts.ts"

const REQUESTS = "aviary_gateway_requests_total"
const VISITORS = "aviary_gateway_visitors"
const SAMPLED = "aviary_gateway_visitors_sampled"

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
  const visitorsByGateway = new Map<string, ReadonlyMap<string, VisitorCounts>>()
  return {
    async poll(signal) {
      const targets = deps.gateways()
      const scrapes = await Promise.all(targets.map((target) => deps.scraper.scrape(target, signal)))
      for (const scrape of scrapes) {
        if (!scrape.ok) continue
        const { id, series } = scrape.source
        byGateway.set(id, countersOf(series.get(REQUESTS) ?? []))
        visitorsByGateway.set(id, visitorsOf(series.get(VISITORS) ?? [], series.get(SAMPLED) ?? []))
      }
      const known = new Set(targets.map(({ id }) => id))
      for (const id of byGateway.keys()) if (!known.has(id)) byGateway.delete(id)
      for (const id of visitorsByGateway.keys()) if (!known.has(id)) visitorsByGateway.delete(id)
    },
    read(service) {
      const sums = new Map<string, GatewayCounter>()
      for (const counters of byGateway.values()) for (const one of counters.get(service) ?? []) add(sums, one)
      return [...sums.values()]
    },
    visitors(service) {
      const found = [...visitorsByGateway.values()].flatMap((services) => services.get(service) ?? [])
      // Samples of two gateways may be of different sizes, and hold the same visitor.
      return found.length === 1 ? (found[0] ?? null) : null
    },
  }
}

type Series = readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]

/** By service. What a sample has of an arm, and what that stands for, give the probability of being in it. */
function visitorsOf(visitors: Series, sampled: Series): ReadonlyMap<string, VisitorCounts> {
  const services = new Map<string, VisitorCounts>()
  const sums = { visitors: sumsOf(visitors), sampled: sumsOf(sampled) }
  for (const [service, arms] of sums.sampled) {
    const total = (counts: ReadonlyMap<string, number> = new Map()) =>
      [...counts.values()].reduce((sum, count) => sum + count, 0)
    const oneIn = Math.max(1, Math.round(total(sums.visitors.get(service)) / Math.max(1, total(arms))))
    services.set(service, { sampled: Object.fromEntries(arms), oneIn })
  }
  return services
}

/** By service and arm. */
function sumsOf(series: Series): Map<string, Map<string, number>> {
  const services = new Map<string, Map<string, number>>()
  for (const { labels, value } of series) {
    const { service = "", arm = "" } = labels
    const arms = services.get(service) ?? new Map<string, number>()
    services.set(service, arms.set(arm, (arms.get(arm) ?? 0) + value))
  }
  return services
}

function countersOf(series: Series): ReadonlyMap<string, readonly GatewayCounter[]> {
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
