// The request ledger: every accepted request ends in exactly one outcome. The sums are checked, and shown as figures, so that
// "none was lost" can be audited: accepted = ended + in flight, always.

import type { Counter, Histogram, Metrics } from "@aviary/kit"
import type { Outcome } from "../types.ts"
import { outcomes } from "../types.ts"
import { statusClass } from "../values/status-class.ts"

/** One request, from its acceptance to its end. The proxy fills it in as it goes. */
export interface RequestRecord {
  /** On `performance.now()`'s clock. */
  readonly startedAt: number
  requestId: string
  traceId: string
  method: string
  /** Without the query. */
  path: string
  address: string
  httpVersion: string
  route: string
  service: string
  release: string
  instance: string
  arm: string
  /** Sent to the client; 0 while nothing was. */
  status: number
  bytesIn: number
  bytesOut: number
  /** Tries at instances. */
  attempts: number
  /** From acceptance to the answer's head, milliseconds. */
  headMs: number
  outcome: Outcome | undefined
}

export interface LedgerSums {
  readonly accepted: number
  readonly inFlight: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** accepted − Σ outcomes − in flight; anything but 0 is a bug. */
  readonly difference: number
  /** Requests that were ended twice; anything but 0 is a bug. */
  readonly endedTwice: number
}

export interface Ledger {
  open(): RequestRecord
  /** Ends a request. A second end counts as a fault and changes nothing. */
  close(record: RequestRecord, outcome: Outcome): void
  /** A try ended at an instance; `result`: a status class such as `2xx`, or the failure. */
  attempt(at: { service: string; release: string; instance: string }, result: string): void
  sums(): LedgerSums
}

/** What is counted of requests that went the same way. */
interface Series extends Readonly<Pick<RequestRecord, "route" | "service" | "release" | "arm">> {
  /** By outcome, then by the status' first digit. */
  readonly counters: Map<Outcome, (Counter | undefined)[]>
  readonly seconds: Histogram
  readonly fleetSeconds: Histogram
}

/** Four to a doubling, from 1 ms to a minute: a quantile that grows by a fifth moves by a bucket. */
const fineBuckets = Array.from({ length: 65 }, (_, i) => Number((0.001 * 2 ** (i / 4)).toPrecision(6)))

export function createLedger(deps: {
  metrics: Metrics
  onClose: (record: RequestRecord, outcome: Outcome, seconds: number) => void
}): Ledger {
  const { metrics } = deps
  const families = declare(metrics, sums)
  const counts: Record<string, number> = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]))
  // Names are looked up as they are: a text that is put together is another one each time, and has to be hashed anew.
  /** By instance. */
  const series = new Map<string, Series[]>()
  /** By instance, then by result. */
  const attempts = new Map<string, Map<string, Counter>>()
  let accepted = 0
  let inFlight = 0
  let endedTwice = 0

  function sums(): LedgerSums {
    let ended = 0
    for (const outcome of outcomes) ended += counts[outcome] ?? 0
    return {
      accepted,
      inFlight,
      outcomes: { ...counts } as Record<Outcome, number>,
      difference: accepted - ended - inFlight,
      endedTwice,
    }
  }

  function seriesOf(record: RequestRecord): Series {
    const { route, service, release, instance, arm } = record
    const known = series.get(instance) ?? []
    for (const one of known) {
      if (one.route === route && one.release === release && one.arm === arm && one.service === service)
        return one
    }
    const made = {
      route,
      service,
      release,
      arm,
      counters: new Map<Outcome, (Counter | undefined)[]>(),
      seconds: families.seconds.with({ route, service, release, arm }),
      fleetSeconds: families.fleetSeconds.with({ service, release }),
    }
    series.set(instance, [...known, made])
    return made
  }

  function counterOf({ counters }: Series, record: RequestRecord, outcome: Outcome): Counter {
    const digit = Math.floor(record.status / 100)
    const known = counters.get(outcome) ?? []
    const counter = known[digit]
    if (counter) return counter
    const { route, service, release, instance, arm } = record
    const code = record.status === 0 ? "none" : statusClass(record.status)
    const made = families.requests.with({ route, service, release, instance, arm, outcome, code })
    known[digit] = made
    counters.set(outcome, known)
    return made
  }

  return {
    open() {
      accepted += 1
      inFlight += 1
      families.accepted.inc()
      return emptyRecord(performance.now())
    },
    close(record, outcome) {
      if (record.outcome !== undefined) {
        endedTwice += 1
        return
      }
      record.outcome = outcome
      inFlight -= 1
      counts[outcome] = (counts[outcome] ?? 0) + 1
      const seconds = (performance.now() - record.startedAt) / 1_000
      const found = seriesOf(record)
      counterOf(found, record, outcome).inc()
      // A tunnel's life is no latency.
      if (outcome !== "upgraded") {
        found.seconds.observe(seconds)
        found.fleetSeconds.observe(seconds)
      }
      deps.onClose(record, outcome, seconds)
    },
    attempt({ service, release, instance }, result) {
      const known = attempts.get(instance) ?? new Map<string, Counter>()
      let counter = known.get(result)
      if (!counter) {
        counter = families.attempts.with({ service, release, instance, result })
        known.set(result, counter)
        attempts.set(instance, known)
      }
      counter.inc()
    },
    sums,
  }
}

function declare(metrics: Metrics, sums: () => LedgerSums) {
  metrics.gauge({
    name: "aviary_gateway_requests_in_flight",
    help: "Requests that were accepted and have not ended.",
    collect: () => sums().inFlight,
  })
  metrics.gauge({
    name: "aviary_gateway_ledger_difference",
    help: "Accepted requests minus ended ones and those in flight, and requests ended twice. Anything but 0 is a bug.",
    collect: () => Math.abs(sums().difference) + sums().endedTwice,
  })
  return {
    accepted: metrics.counter({
      name: "aviary_gateway_accepted_total",
      help: "Requests accepted; each ends in exactly one outcome of aviary_gateway_requests_total.",
    }),
    requests: metrics.counters({
      name: "aviary_gateway_requests_total",
      help: "Requests that ended, by how.",
      labels: ["route", "service", "release", "instance", "arm", "outcome", "code"],
    }),
    seconds: metrics.histograms({
      name: "aviary_gateway_request_seconds",
      help: "From a request's acceptance to its end, tunnels excepted.",
      labels: ["route", "service", "release", "arm"],
    }),
    fleetSeconds: metrics.histograms({
      name: "aviary_gateway_fleet_seconds",
      help: "The same by release alone, in buckets fine enough to compare quantiles by.",
      labels: ["service", "release"],
      buckets: fineBuckets,
    }),
    attempts: metrics.counters({
      name: "aviary_gateway_attempts_total",
      help: "Tries at instances, by what they came to.",
      labels: ["service", "release", "instance", "result"],
    }),
  }
}

/** A record that is in no ledger until `open` makes it: for requests that no client sent. */
export function emptyRecord(startedAt: number): RequestRecord {
  return {
    startedAt,
    requestId: "",
    traceId: "",
    method: "",
    path: "",
    address: "",
    httpVersion: "",
    route: "none",
    service: "none",
    release: "none",
    instance: "none",
    arm: "none",
    status: 0,
    bytesIn: 0,
    bytesOut: 0,
    attempts: 0,
    headMs: 0,
    outcome: undefined,
  }
}
