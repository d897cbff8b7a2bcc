// What Aviary measures itself: requests, errors and latency at its gateways, by the fleet that answered, and any counter, gauge or
// histogram that the instances show. Counters become what happened since the look before.

import type { ArmRef } from "../analysis/analysis.ts"
import type { ArmMeasurements, Measurement } from "../analysis/sample.ts"
import type { InternalSource } from "../analysis/provider-schema.ts"
import type { CounterDeltas } from "./counter-deltas.ts"
import { createCounterDeltas } from "./counter-deltas.ts"
import { isFailed, isOfRelease } from "./gateway-outcomes.ts"
import { SourceError } from "./limited-fetch.ts"
import type { Series } from "./prometheus-text.ts"
import type { MetricProvider, MetricQuery } from "./provider.ts"
import { measureEachArm } from "./provider.ts"
import type { ScrapedSource, Scraper, ScrapeTarget } from "./scraper.ts"

export interface InternalDeps {
  readonly scraper: Scraper
  /** Every gateway process that serves. */
  gateways(): readonly ScrapeTarget[]
  /** The instances of a fleet that show figures. */
  instances(fleet: string): readonly ScrapeTarget[]
}

export interface InternalProvider extends MetricProvider {
  /** Requests of each arm that its release answered, or failed to, since the look before of this key. Fails with a SourceError. */
  requests(query: Pick<MetricQuery, "key" | "service" | "arms" | "signal">): Promise<Record<string, number>>
}

const REQUESTS = "aviary_gateway_requests_total"
/** By fleet alone, in fine buckets. */
const LATENCY = "aviary_gateway_fleet_seconds"
const GATEWAY_PREFIX = "aviary_gateway_"
const MAX_READERS = 10_000

type ArmQuery = Pick<MetricQuery, "key" | "service" | "signal">

export function createInternalProvider(deps: InternalDeps): InternalProvider {
  const readers = new Map<string, CounterDeltas>()

  function readerOf(key: string): CounterDeltas {
    const known = readers.get(key)
    if (known) return known
    if (readers.size >= MAX_READERS) readers.delete(readers.keys().next().value ?? "")
    const made = createCounterDeltas()
    readers.set(key, made)
    return made
  }

  /** All must answer: what one of them counted of an arm would be missing. */
  async function gateways(signal: AbortSignal): Promise<ScrapedSource[]> {
    const scrapes = await Promise.all(deps.gateways().map((target) => deps.scraper.scrape(target, signal)))
    if (scrapes.length === 0) throw new SourceError("no gateway shows its figures")
    return scrapes.map((scrape) => {
      if (!scrape.ok) throw new SourceError(scrape.reason)
      return scrape.source
    })
  }

  /** One must answer: an instance that is about to be replaced does not take the others' figures with it. */
  async function instances(fleet: string, signal: AbortSignal): Promise<ScrapedSource[]> {
    const scrapes = await Promise.all(
      deps.instances(fleet).map((target) => deps.scraper.scrape(target, signal)),
    )
    const answered = scrapes.flatMap((scrape) => (scrape.ok ? [scrape.source] : []))
    const failed = scrapes.find((scrape) => !scrape.ok)
    if (answered.length === 0)
      throw new SourceError(
        failed && !failed.ok ? failed.reason : `${fleet} has no instance that shows figures`,
      )
    return answered
  }

  /** Where a metric of this name is, and which of its series are the arm's. */
  async function seriesOf(
    { arm, name, where }: { arm: ArmRef; name: string; where: Readonly<Record<string, string>> },
    { service, signal }: ArmQuery,
  ): Promise<{ source: ScrapedSource; series: Series[]; known: boolean }[]> {
    const atGateway = name.startsWith(GATEWAY_PREFIX)
    const sources = atGateway ? await gateways(signal) : await instances(arm.fleet, signal)
    const own = atGateway ? { ...where, service, release: arm.fleet } : where
    return sources.map((source) => {
      const all = source.series.get(name) ?? []
      return { source, known: all.length > 0, series: all.filter(({ labels }) => matches(labels, own)) }
    })
  }

  async function eventsOf(
    {
      arm,
      name,
      where,
      reader,
    }: { arm: ArmRef; name: string; where: Readonly<Record<string, string>>; reader: string },
    query: ArmQuery,
  ): Promise<{ count: number; known: boolean }> {
    const found = await seriesOf({ arm, name, where }, query)
    const deltas = readerOf(`${query.key}/${reader}/${arm.name}`)
    const increments = found.flatMap(({ source, series }) => deltas.read(source, series, arm.past))
    return {
      count: increments.reduce((sum, { increment }) => sum + increment, 0),
      known: found.some(({ known }) => known),
    }
  }

  async function requestsOf(arm: ArmRef, query: ArmQuery): Promise<{ total: number; failed: number }> {
    const found = await seriesOf({ arm, name: REQUESTS, where: {} }, query)
    const deltas = readerOf(`${query.key}/requests/${arm.name}`)
    let [total, failed] = [0, 0]
    for (const { source, series } of found)
      for (const { series: one, increment } of deltas.read(source, series, arm.past)) {
        if (!isOfRelease(one.labels)) continue
        total += increment
        if (isFailed(one.labels)) failed += increment
      }
    return { total, failed }
  }

  async function histogramOf(
    { arm, name, where }: { arm: ArmRef; name: string; where: Readonly<Record<string, string>> },
    query: ArmQuery,
  ): Promise<Measurement> {
    const found = await seriesOf({ arm, name: `${name}_bucket`, where }, query)
    const deltas = readerOf(`${query.key}/histogram/${arm.name}`)
    const bounds = [...new Set(found.flatMap(({ source }) => boundsOf(source, `${name}_bucket`)))].sort(
      (a, b) => a - b,
    )
    if (bounds.length === 0) throw new SourceError(`nothing shows a histogram ${name} yet`)
    const below = new Map<number, number>()
    for (const { source, series } of found)
      for (const { series: one, increment } of deltas.read(source, series, arm.past)) {
        const bound = boundOf(one)
        below.set(bound, (below.get(bound) ?? 0) + increment)
      }
    return { kind: "histogram", bounds, counts: bucketsOf(bounds, below) }
  }

  async function meanOf(
    arm: ArmRef,
    { histogram, where }: Extract<InternalSource, { histogram: string }>,
    query: ArmQuery,
  ): Promise<Measurement> {
    const sum = await eventsOf({ arm, name: `${histogram}_sum`, where, reader: "sum" }, query)
    const { count } = await eventsOf({ arm, name: `${histogram}_count`, where, reader: "count" }, query)
    return { kind: "mean", sum: sum.count, count }
  }

  async function gaugeOf(
    arm: ArmRef,
    gauge: Extract<InternalSource, { gauge: string }>,
    query: ArmQuery,
  ): Promise<Measurement> {
    const found = await seriesOf({ arm, name: gauge.gauge, where: gauge.where }, query)
    const values = found.flatMap(({ series }) => series.map(({ value }) => value)).filter(Number.isFinite)
    if (values.length === 0) throw new SourceError(`no instance of ${arm.fleet} shows ${gauge.gauge}`)
    const sum = values.reduce((all, one) => all + one, 0)
    if (gauge.of === "max") return { kind: "value", value: Math.max(...values) }
    return { kind: "value", value: gauge.of === "sum" ? sum : sum / values.length }
  }

  /** `known`: something shows a counter of this name; where nothing does, there is none, rather than none that counted. */
  async function counterOf(
    arm: ArmRef,
    source: Extract<InternalSource, { counter: string }>,
    query: ArmQuery,
  ): Promise<{ measurement: Measurement; known: boolean }> {
    const { counter: name, where, per } = source
    const events = await eventsOf({ arm, name, where, reader: "events" }, query)
    const total = per
      ? (await eventsOf({ arm, name: per.counter, where: per.where, reader: "per" }, query)).count
      : (await requestsOf(arm, query)).total
    return { measurement: { kind: "events", events: events.count, total }, known: events.known }
  }

  async function measure(query: MetricQuery): Promise<ArmMeasurements> {
    const { provider } = query.metric
    if (!("internal" in provider)) throw new SourceError("the metric is not an internal one")
    const source = provider.internal
    let counted = false
    const byArm = await measureEachArm(query, async (arm) => {
      if (source === "errors") {
        const { total, failed } = await requestsOf(arm, query)
        return { kind: "events", events: failed, total }
      }
      if (source === "latency") return await histogramOf({ arm, name: LATENCY, where: {} }, query)
      if ("histogram" in source && query.metric.type === "mean") return await meanOf(arm, source, query)
      if ("histogram" in source)
        return await histogramOf({ arm, name: source.histogram, where: source.where }, query)
      if ("gauge" in source) return await gaugeOf(arm, source, query)
      const { measurement, known } = await counterOf(arm, source, query)
      counted ||= known
      return measurement
    })
    if (typeof source === "string" || !("counter" in source) || counted) return byArm
    const error = { kind: "error" as const, reason: `nothing shows a counter ${source.counter} yet` }
    return Object.fromEntries(query.arms.map(({ name }) => [name, error]))
  }

  return {
    measure,
    async requests({ arms, ...query }) {
      const entries = arms.map(async (arm) => [arm.name, (await requestsOf(arm, query)).total] as const)
      return Object.fromEntries(await Promise.all(entries))
    },
    forget(prefix) {
      for (const key of readers.keys()) if (key.startsWith(prefix)) readers.delete(key)
    },
  }
}

/** `a|b` is one or the other. */
function matches(labels: Readonly<Record<string, string>>, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(([label, wanted]) => wanted.split("|").includes(labels[label] ?? ""))
}

const boundOf = ({ labels }: Series): number => (labels["le"] === "+Inf" ? Infinity : Number(labels["le"]))

function boundsOf({ series }: ScrapedSource, name: string): number[] {
  return (series.get(name) ?? []).map(boundOf).filter(Number.isFinite)
}

/** From "so many at most this" to "so many in this bucket". */
function bucketsOf(bounds: readonly number[], below: ReadonlyMap<number, number>): number[] {
  let last = 0
  return [...bounds, Infinity].map((bound) => {
    const upTo = Math.max(last, below.get(bound) ?? last)
    const count = upTo - last
    last = upTo
    return count
  })
}
