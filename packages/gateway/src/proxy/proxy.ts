// What happens to a request between the listeners and the instances, step by step: route, CORS, who asks, limits, cohort,
// cache, a place, an instance. One way for all HTTP versions. Steps that know their answer go on at once, without a promise.
// Every request that enters is in the ledger and leaves it once.

import { createHash } from "node:crypto"
import { AppError, messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { Deadlines } from "../deadlines.ts"
import { findToken } from "../identity/find-token.ts"
import type { FoundToken } from "../identity/find-token.ts"
import type { Identification } from "../identity/identification.ts"
import { homingKey } from "../identity/identified.ts"
import type { Ledger } from "../ledger/ledger.ts"
import type { LocalLimiter } from "../limit/limiter.ts"
import { rateLimitHeaders } from "../limit/rate-limit-headers.ts"
import type { Matched } from "../routing/matcher.ts"
import { answerText } from "./answer.ts"
import type { CompiledDocument, CompiledRoute } from "./compiled-document.ts"
import type { Exchange } from "./exchange.ts"
import type { LocalAnswers } from "./local-answers.ts"
import { createRelay } from "./relay.ts"
import type { TrustedProxies } from "./trusted-proxies.ts"
import type { Tunnels } from "./tunnels.ts"
import { Visit } from "./visit.ts"

export interface ProxyDeps {
  readonly ledger: Ledger
  readonly log: Log
  readonly deadlines: Deadlines
  readonly proxies: TrustedProxies
  /** Bytes of a request's body where its route says nothing. */
  readonly maxBodyBytes: number
  /** The document in force. */
  readonly current: () => CompiledDocument | undefined
  readonly limiter: LocalLimiter
  readonly identification: Pick<Identification, "known" | "identify"> | undefined
  /** Answers before any route: redirect to HTTPS, ACME challenges. */
  readonly localAnswers: LocalAnswers | undefined
  /** `Strict-Transport-Security` of a host's answers; undefined where none belongs. */
  readonly hstsFor: ((request: Visit["view"]) => string | undefined) | undefined
  readonly tunnels: Tunnels
  readonly streams: Set<() => void>
  readonly random: () => number
}

export interface Proxy {
  handle(exchange: Exchange): void
}

type Route = Matched<CompiledRoute>

export function createProxy(deps: ProxyDeps): Proxy {
  const { limiter, identification, log } = deps
  const relay = createRelay(deps)

  /** Runs a step that comes later than its turn; what it throws is the request's fault and nobody else's. */
  function guarded(visit: Visit, step: () => void): void {
    if (visit.left) return
    try {
      step()
    } catch (error) {
      const { requestId } = visit.record
      log.error(
        { requestId, error: messageOf(error), stack: stackOf(error) },
        "the gateway failed on a request",
      )
      if (visit.exchange.unanswered) visit.refuse(new AppError("internal"), "internal")
      else visit.exchange.abort()
    }
  }

  function begin(visit: Visit): void {
    if (!visit.readable) {
      return visit.refuse(new AppError("input.malformed", { reason: "the path cannot be read" }), "malformed")
    }
    const hsts = deps.hstsFor?.(visit.view)
    if (hsts !== undefined) visit.answerFields.push("strict-transport-security", hsts)
    const local = deps.localAnswers?.(visit.view)
    if (local) {
      visit.record.status = local.status
      visit.attend("local")
      return answerText(visit.exchange, local.status, {
        text: local.text,
        headers: [...local.headers, ...visit.answerFields],
      })
    }
    const current = deps.current()
    // Nobody has said yet what is served here.
    if (!current) return visit.refuse(new AppError("gateway.no_instance"), "no_instance")
    const matched = current.matcher.match(visit.view)
    if (!matched) return visit.refuse(new AppError("gateway.no_route"), "no_route")
    visit.record.route = matched.route.config.name
    visit.record.service = matched.route.upstream.name
    checkOrigin(visit, matched)
  }

  function checkOrigin(visit: Visit, matched: Route): void {
    const cors = matched.route.decideCors?.(visit.view)
    if (cors?.kind === "preflight") {
      visit.record.status = 204
      visit.attend("local")
      return answerText(visit.exchange, 204, { text: "", headers: [...visit.answerFields, ...cors.headers] })
    }
    if (cors?.kind === "actual") visit.answerFields.push(...cors.headers)
    else if (cors?.kind === "none" && cors.vary) visit.answerFields.push("vary", "Origin")
    askWho(visit, matched)
  }

  function askWho(visit: Visit, matched: Route): void {
    const found = identification || matched.route.limitsByToken ? findToken(visit.view) : undefined
    if (!identification || !found) return limit(visit, matched, found)
    visit.identified = identification.known(found.token)
    if (visit.identified) return limit(visit, matched, found)
    visit.attend("internal")
    void identification.identify(found.token).then((identified) => {
      visit.identified = identified
      guarded(visit, () => limit(visit, matched, found))
    })
  }

  function limit(visit: Visit, matched: Route, found: FoundToken | undefined): void {
    const { config } = matched.route
    if (config.rateLimit.length === 0) return relay(visit, matched, found)
    const decision = limiter.decide(
      config.name,
      {
        address: visit.view.address,
        account: homingKey(visit.identified),
        token: matched.route.limitsByToken ? countedToken(visit, found) : undefined,
      },
      performance.now(),
    )
    visit.answerFields.push(...rateLimitHeaders(decision, Date.now()))
    if (!decision.allowed) return visit.refuse(new AppError("rate.limited"), "limited")
    if (decision.delayMs <= 0) return relay(visit, matched, found)
    visit.attend("internal")
    const timer = setTimeout(() => guarded(visit, () => relay(visit, matched, found)), decision.delayMs)
    visit.onLeave = () => clearTimeout(timer)
  }

  return {
    handle(exchange) {
      const visit = new Visit(exchange, deps)
      guarded(visit, () => begin(visit))
    },
  }
}

/** Tokens that were invented have no count of their own: each would be another key. */
function countedToken({ identified }: Visit, found: FoundToken | undefined): string | undefined {
  return found && identified?.kind !== "refused" ? digestOf(found.token) : undefined
}

/** Limits by token keep this, never the token. */
function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, 22)
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined
}
