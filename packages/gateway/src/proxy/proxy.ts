// What happens to a request between the listeners and the instances: who asks, which route, may it, who answers. One path for
// all HTTP versions. Every request that enters is in the ledger and leaves it once.

import { AppError, messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { Deadlines } from "../deadlines.ts"
import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { Ledger, RequestRecord } from "../ledger/ledger.ts"
import { normalizePath } from "../routing/normalize-path.ts"
import { rewritePath } from "../routing/rewrite.ts"
import type { Matched } from "../routing/matcher.ts"
import type { Outcome } from "../types.ts"
import { answerError, answerText } from "./answer.ts"
import type { CompiledDocument, CompiledRoute } from "./compiled-document.ts"
import type { Exchange } from "./exchange.ts"
import { Forward } from "./forward.ts"
import { continueTrace, newRequestId } from "./request-ids.ts"
import { isIdempotent } from "./idempotency.ts"
import { requestText } from "./request-text.ts"
import { HeadView } from "./request-view.ts"
import type { TrustedProxies } from "./trusted-proxies.ts"
import { clientOf } from "./trusted-proxies.ts"

export interface ProxyDeps {
  readonly ledger: Ledger
  readonly log: Log
  readonly deadlines: Deadlines
  readonly proxies: TrustedProxies
  /** Bytes of a request's body where its route says nothing. */
  readonly maxBodyBytes: number
  /** The document in force. */
  readonly current: () => CompiledDocument | undefined
  readonly tunnels: import("./tunnels.ts").Tunnels
}

export interface Proxy {
  handle(exchange: Exchange): void
}

interface Visit {
  readonly exchange: Exchange
  readonly record: RequestRecord
  readonly view: HeadView
  readonly trusted: boolean
  readonly traceparent: string
}

export function createProxy(deps: ProxyDeps): Proxy {
  const { ledger, log } = deps

  /** The gateway's own answer: the request ends with `outcome` when it has been sent. */
  function answerLocally(visit: Visit, outcome: Outcome, send: (headers: HeaderList) => void): void {
    const { exchange, record } = visit
    listenForEnd(exchange, record, outcome)
    send(["x-request-id", record.requestId])
  }

  function listenForEnd(exchange: Exchange, record: RequestRecord, outcome: Outcome): void {
    exchange.listen({
      drained: () => {},
      finished: () => ledger.close(record, outcome),
      gone: (reason) => ledger.close(record, reason === "stopped" ? "stopped" : "client_gone"),
    })
  }

  function refuse(visit: Visit, error: AppError, outcome: Outcome): void {
    visit.record.status = error.status
    answerLocally(visit, outcome, (headers) => answerError(visit.exchange, error, headers))
  }

  function open(exchange: Exchange): Visit {
    const client = clientOf(exchange, deps.proxies)
    const trace = continueTrace(headerValue(exchange.headers, "traceparent"))
    const question = exchange.target.indexOf("?")
    const sent = question < 0 ? exchange.target : exchange.target.slice(0, question)
    const path = normalizePath(sent)
    const target =
      path === undefined || path === sent
        ? exchange.target
        : path + (question < 0 ? "" : exchange.target.slice(question))
    const view = new HeadView({ method: exchange.method, target, headers: exchange.headers }, client)
    const record = ledger.open()
    record.requestId = newRequestId()
    record.traceId = trace.traceId
    record.method = exchange.method
    record.path = view.path
    record.address = client.address
    record.httpVersion = exchange.httpVersion
    const visit = { exchange, record, view, trusted: client.trusted, traceparent: trace.traceparent }
    return path === undefined ? { ...visit, view: UNREADABLE_PATH } : visit
  }

  function route(visit: Visit): void {
    if (visit.view === UNREADABLE_PATH) {
      return refuse(
        visit,
        new AppError("input.malformed", { reason: "the path cannot be read" }),
        "malformed",
      )
    }
    const compiled = deps.current()
    const matched = compiled?.matcher.match(visit.view)
    if (!matched) return refuse(visit, new AppError("gateway.no_route"), "no_route")
    const { record, exchange, view } = visit
    record.route = matched.route.config.name
    record.service = matched.route.upstream.name
    const cors = matched.route.decideCors?.(view)
    if (cors?.kind === "preflight") {
      record.status = 204
      return answerLocally(visit, "local", (headers) =>
        answerText(exchange, 204, { text: "", headers: [...headers, ...cors.headers] }),
      )
    }
    forward(visit, matched)
  }

  function forward(visit: Visit, matched: Matched<CompiledRoute>): void {
    const { exchange, record, view } = visit
    const { config, upstream, requestRules, responseRules } = matched.route
    const path = rewritePath(config.rewrite, view.path, matched)
    const head = {
      method: exchange.method,
      target: view.query === "" ? path : `${path}?${view.query}`,
      authority: config.rewrite?.host ?? view.authority,
      headers: requestRules(exchange.headers) as HeaderList,
      remoteAddress: exchange.remoteAddress,
      trusted: visit.trusted,
      client: view,
      requestId: record.requestId,
      traceparent: visit.traceparent,
      bodyLength: exchange.bodyLength,
      upgrade: exchange.upgrade,
      extra: [],
      without: undefined,
    }
    new Forward({
      exchange,
      upstream: upstream.upstreamFor(undefined, view.address),
      record,
      deadlines: deps.deadlines,
      requestText: () => requestText(head),
      retries: {
        mayRetry: ({ attempts, cause, unsent, reused }) =>
          attempts < config.retries.attempts + (reused ? 1 : 0) &&
          (config.retries.on as readonly string[]).includes(String(cause)) &&
          (unsent || isIdempotent(exchange)),
      },
      maxBodyBytes: config.maxBodyBytes ?? deps.maxBodyBytes,
      onAnswer(_status, headers) {
        const ruled = responseRules(headers)
        if (ruled !== headers) headers.splice(0, headers.length, ...ruled)
        headers.push("x-request-id", record.requestId)
      },
      ownHeaders: () => ["x-request-id", record.requestId],
      onAttempt: (target, result) =>
        ledger.attempt(
          {
            service: upstream.name,
            release: target.member.instance.release,
            instance: target.member.instance.id,
          },
          result,
        ),
      hedgeAfter: () => undefined,
      mayHedge: () => false,
      onTunnel: (ends, done) =>
        deps.tunnels.join(ends, { idleMs: upstream.config.timeouts.tunnel, record, done }),
      onEnd: (outcome) => ledger.close(record, outcome),
    }).start()
  }

  return {
    handle(exchange) {
      const visit = open(exchange)
      try {
        route(visit)
      } catch (error) {
        log.error(
          {
            requestId: visit.record.requestId,
            error: messageOf(error),
            stack: error instanceof Error ? error.stack : "",
          },
          "the gateway failed on a request",
        )
        if (exchange.unanswered) refuse(visit, new AppError("internal"), "internal")
        else exchange.abort()
      }
    },
  }
}

/** Stands for a path that two readers could take for two paths. */
const UNREADABLE_PATH = new HeadView(
  { method: "", target: "/", headers: [] },
  { address: "", secure: false, authority: "" },
)
