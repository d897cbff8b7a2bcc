// The second half of a request's way: which release, what the cache knows, a place at the service, and then an instance.

import { AppError } from "@aviary/kit"
import { hashKey } from "../balance/hash-key.ts"
import { decideSticky, stickyCookie } from "../balance/sticky.ts"
import type { StickyDecision } from "../balance/sticky.ts"
import type { CacheVerdict, Fill } from "../cache/cache-verdict.ts"
import { withConditions } from "../cache/cache-verdict.ts"
import type { Deadlines } from "../deadlines.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { FoundToken } from "../identity/find-token.ts"
import { withoutToken } from "../identity/find-token.ts"
import { homingKey } from "../identity/identified.ts"
import type { Ledger, RequestRecord } from "../ledger/ledger.ts"
import { emptyRecord } from "../ledger/ledger.ts"
import type { Matched } from "../routing/matcher.ts"
import { rewritePath } from "../routing/rewrite.ts"
import { answerKept } from "./answer.ts"
import { BackgroundExchange } from "./background-exchange.ts"
import type { CompiledRoute, MirrorTarget } from "./compiled-document.ts"
import type { Exchange } from "./exchange.ts"
import { Forward } from "./forward.ts"
import type { ForwardDeps } from "./forward.ts"
import { isIdempotent } from "./idempotency.ts"
import type { Place } from "./places.ts"
import { requestText } from "./request-text.ts"
import type { ServiceRuntime } from "./service-runtime.ts"
import type { Tunnels } from "./tunnels.ts"
import type { Target } from "./upstream.ts"
import type { Visit } from "./visit.ts"

export interface RelayDeps {
  readonly ledger: Ledger
  readonly deadlines: Deadlines
  readonly maxBodyBytes: number
  readonly tunnels: Tunnels
  /** Ends the streams of events that are open, each. */
  readonly streams: Set<() => void>
}

type Route = Matched<CompiledRoute>

/** What one request needs to be sent to an instance. */
interface Errand {
  readonly visit: Visit
  readonly matched: Route
  readonly found: FoundToken | undefined
  readonly upstream: ServiceRuntime
  readonly release: string | undefined
  /** Neither moved to another service nor in another arm. */
  readonly isDefault: boolean
}

const AUTHORIZATION: ReadonlySet<string> = new Set(["authorization"])

export function createRelay(deps: RelayDeps) {
  const { ledger } = deps

  return function relay(visit: Visit, matched: Route, found: FoundToken | undefined): void {
    const errand = chooseSide(visit, matched, found)
    if (matched.route.mirror) copy(errand, matched.route.mirror)
    // Whoever is in another arm must meet what that arm answers.
    const verdict = errand.isDefault ? matched.route.cache?.handle(visit.view) : undefined
    if (verdict) consultCache(errand, verdict)
    else seekPlace(errand, undefined)
  }

  /** Which service (a route may be moving to a new one) and which of its releases. */
  function chooseSide(visit: Visit, matched: Route, found: FoundToken | undefined): Errand {
    const { route } = matched
    const account = homingKey(visit.identified)
    const moving = route.strangler?.decide(visit.view, account)
    if (moving?.setCookie !== undefined) visit.answerFields.push("set-cookie", moving.setCookie)
    const upstream = moving?.moved === true && route.strangler ? route.strangler.to : route.upstream
    visit.record.service = upstream.name
    const cohort = upstream.split?.decide(visit.view, account)
    if (cohort?.setCookie !== undefined) visit.answerFields.push("set-cookie", cohort.setCookie)
    if (cohort) {
      visit.record.arm = cohort.arm
      visit.record.release = cohort.release
    }
    const isDefault =
      moving?.moved !== true && (!cohort || cohort.arm === upstream.service.split?.default.name)
    return { visit, matched, found, upstream, release: cohort?.release, isDefault }
  }

  /** Sends a copy to another service or release; its answer is for nobody. */
  function copy(errand: Errand, { mirror, to, release }: MirrorTarget): void {
    const { exchange } = errand.visit
    const { method, bodyLength, upgrade } = exchange
    if (!mirror.begin({ method, hasBody: bodyLength !== 0, upgrades: upgrade !== undefined })) return
    start(
      { ...errand, upstream: to, release },
      {
        exchange: new BackgroundExchange(exchange),
        record: emptyRecord(performance.now()),
        fill: undefined,
        place: undefined,
        onEnd: () => mirror.end(),
      },
    )
  }

  function consultCache(errand: Errand, verdict: CacheVerdict): void {
    const { visit } = errand
    switch (verdict.kind) {
      case "bypass":
        return seekPlace(errand, undefined)
      case "fill":
        return seekPlace(errand, verdict.fill)
      case "hit": {
        const { record, exchange } = visit
        record.status = verdict.answer.status
        visit.attend("cached")
        record.bytesOut = answerKept(exchange, verdict.answer, visit.answerFields)
        if (verdict.revalidation) revalidate(errand, verdict.revalidation)
        return
      }
      case "wait": {
        visit.attend("internal")
        visit.onLeave = () => verdict.leave()
        void verdict.turn.then((turn) => {
          visit.onLeave = undefined
          if (!visit.left) consultCache(errand, turn)
          else if (turn.kind === "fill") turn.fill.fail()
        })
      }
    }
  }

  /** Asks an instance for nobody, so that the next request finds a fresh answer. */
  function revalidate(errand: Errand, fill: Fill): void {
    const exchange = new BackgroundExchange(errand.visit.exchange)
    start(errand, {
      exchange,
      record: emptyRecord(performance.now()),
      fill,
      place: undefined,
      onEnd: () => {},
    })
  }

  function seekPlace(errand: Errand, fill: Fill | undefined): void {
    const { visit, matched, upstream } = errand
    let waits = true
    const giveUp = upstream.places.seek(
      {
        onPlace(place) {
          if (!waits || visit.left) return place.leave()
          waits = false
          visit.onLeave = undefined
          start(errand, {
            exchange: visit.exchange,
            record: visit.record,
            fill,
            place,
            onEnd: (outcome) => ledger.close(visit.record, outcome),
          })
        },
        onRefused() {
          waits = false
          const kept = fill?.fail()
          if (!kept) return visit.refuse(new AppError("server.overloaded"), "shed")
          visit.record.status = kept.status
          visit.attend("cached")
          visit.record.bytesOut = answerKept(visit.exchange, kept, visit.answerFields)
        },
      },
      matched.route.config.importance,
    )
    if (!waits) return
    visit.attend("internal")
    visit.onLeave = () => {
      waits = false
      giveUp()
      fill?.fail()
    }
  }

  interface Trip {
    readonly exchange: Exchange
    readonly record: RequestRecord
    readonly fill: Fill | undefined
    readonly place: Place | undefined
    readonly onEnd: ForwardDeps["onEnd"]
  }

  function start(errand: Errand, { exchange, record, fill, place, onEnd }: Trip): void {
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

  function textOf(errand: Errand, { exchange, fill }: Pick<Trip, "exchange" | "fill">): () => string {
    const { visit, matched, found } = errand
    const { view, identified } = visit
    const { rewrite } = matched.route.config
    const path = rewritePath(rewrite, view.path, matched)
    const query = identified && found?.place === "query" ? withoutToken(view.query) : view.query
    const sent = matched.route.requestRules(exchange.headers) as HeaderList
    const head = {
      method: exchange.method,
      target: query === "" ? path : `${path}?${query}`,
      authority: rewrite?.host ?? view.authority,
      headers: fill ? withConditions(sent, fill.conditions) : sent,
      remoteAddress: exchange.remoteAddress,
      forwardedFor: visit.forwardedFor,
      forwarded: visit.forwarded,
      client: view,
      requestId: visit.record.requestId,
      traceparent: visit.traceparent,
      bodyLength: exchange.bodyLength,
      upgrade: exchange.upgrade,
      extra: identified ? ["authorization", identified.authorization] : [],
      without: identified ? AUTHORIZATION : undefined,
    }
    return () => requestText(head)
  }

  function stickyOf({ visit, upstream, release }: Errand): StickyDecision | undefined {
    const { sticky } = upstream.config
    if (!sticky) return undefined
    const balancer = upstream.balancer(release)
    return decideSticky(sticky, visit.view.cookie(sticky.cookieName), (token) => balancer?.stuck(token))
  }
}

function attemptAt(
  service: string,
  { member }: Target,
): { service: string; release: string; instance: string } {
  return { service, release: member.instance.release, instance: member.instance.id }
}

/** What the gateway says in place of the instance: of these names there is one answer, and it is ours. */
const OURS = new Set([
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "ratelimit",
  "ratelimit-policy",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
])

function addFields(headers: HeaderList, fields: HeaderList): void {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ""
    if (OURS.has(name)) dropField(headers, name)
    headers.push(name, fields[i + 1] ?? "")
  }
}

function dropField(headers: HeaderList, name: string): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) if (headers[i] === name) headers.splice(i, 2)
}
