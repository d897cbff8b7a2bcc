// One way to the instances and back: a forward, with what its route, its place and its service have to be told meanwhile. A
// client's request makes one; so does a copy for a mirror, and a revalidation that nobody waits for.

import { hashKey } from "../balance/hash-key.ts"
import { stickyCookie } from "../balance/sticky.ts"
import type { Fill } from "../cache/cache-verdict.ts"
import type { Deadlines } from "../deadlines.ts"
import { homingKey } from "../identity/identified.ts"
import type { Ledger, RequestRecord } from "../ledger/ledger.ts"
import { addFields } from "./answer-fields.ts"
import { stickyOf, textOf } from "./errand.ts"
import type { Errand } from "./errand.ts"
import type { Exchange } from "./exchange.ts"
import type { ForwardDeps } from "./forward-deps.ts"
import { Forward } from "./forward.ts"
import { isIdempotent } from "./idempotency.ts"
import type { Place } from "./places.ts"
import type { Tunnels } from "./tunnels.ts"
import type { Target } from "./upstream.ts"

export interface TripDeps {
  readonly ledger: Ledger
  readonly deadlines: Deadlines
  /** Bytes of a request's body where its route says nothing. */
  readonly maxBodyBytes: number
  readonly tunnels: Tunnels
  /** Ends the streams of events that are open, each. */
  readonly streams: Set<() => void>
}

export interface Trip {
  readonly exchange: Exchange
  readonly record: RequestRecord
  readonly fill: Fill | undefined
  readonly place: Place | undefined
  readonly onEnd: ForwardDeps["onEnd"]
}

export type StartTrip = (errand: Errand, trip: Trip) => void

export function createTrips(deps: TripDeps): StartTrip {
  const { ledger } = deps

  return function start(errand: Errand, { exchange, record, fill, place, onEnd }: Trip): void {
    const { visit, matched, upstream, release } = errand
    const { route } = matched
    const { config } = upstream
    const sticky = stickyOf(errand)
    const hedge = exchange.bodyLength === 0 && isIdempotent(exchange) ? route.hedging : undefined
    let headSeen = false
    let endStream: (() => void) | undefined
    let retrying = 0
    route.budget.begin(performance.now())
    hedge?.begin()
    new Forward({
      exchange,
      upstream: upstream.upstreamFor({
        release,
        key: hashKey(config.loadBalancer, visit.view, homingKey(visit.identified)),
        sticky,
      }),
      record,
      deadlines: deps.deadlines,
      requestText: textOf(errand, { exchange, fill }),
      retries: {
        mayRetry(question) {
          if (!route.mayRetry(exchange, question)) return false
          // The budget keeps retries from feeding an overload. What was not touched costs nobody anything, and where a
          // connection broke off an instance has died: each request on it must find another one.
          if (question.unsent || question.cause === "reset") return true
          if (!route.budget.tryRetry(performance.now())) return false
          retrying += 1
          return true
        },
      },
      waitForInstance: route.config.retries.waitForInstance,
      waitForConnection: config.limits.maxPendingTime,
      maxBodyBytes: route.config.maxBodyBytes ?? deps.maxBodyBytes,
      tap: fill,
      onAnswer(_status, headers, target) {
        const ruled = route.responseRules(headers)
        if (ruled !== headers) headers.splice(0, headers.length, ...ruled)
        addFields(headers, visit.answerFields)
        if (sticky?.kind === "assign" && config.sticky) {
          headers.push(
            "set-cookie",
            stickyCookie(config.sticky, target.member.instance.id, visit.view.secure),
          )
        }
      },
      ownHeaders: () => visit.answerFields,
      onAttempt: (target, result) => ledger.attempt(attemptAt(upstream.name, target), result),
      hedgeAfter: () => hedge?.delay(performance.now()),
      mayHedge: () => hedge?.tryHedge() ?? false,
      onHead(failed) {
        if (headSeen) return
        headSeen = true
        const ms = performance.now() - record.startedAt
        place?.measured(ms, failed)
        if (!failed) hedge?.record(ms, performance.now())
      },
      onStream(end) {
        place?.leave()
        endStream = end
        if (end) deps.streams.add(end)
      },
      onTunnel: (ends, done) => deps.tunnels.join(ends, { idleMs: config.timeouts.tunnel, record, done }),
      onEnd(outcome) {
        place?.leave()
        if (endStream) deps.streams.delete(endStream)
        route.budget.end()
        for (; retrying > 0; retrying -= 1) route.budget.endRetry()
        onEnd(outcome)
      },
    }).start()
  }
}

function attemptAt(
  service: string,
  { member }: Target,
): { service: string; release: string; instance: string } {
  return { service, release: member.instance.release, instance: member.instance.id }
}
