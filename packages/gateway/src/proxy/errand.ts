// What one request needs to be sent to an instance: which service and release it is for, and the head that the instance gets.

import { decideSticky } from "../balance/sticky.ts"
import type { StickyDecision } from "../balance/sticky.ts"
import type { Fill } from "../cache/cache-verdict.ts"
import { withConditions } from "../cache/cache-verdict.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { FoundToken } from "../identity/find-token.ts"
import { withoutToken } from "../identity/find-token.ts"
import { homingKey } from "../identity/identified.ts"
import type { Matched } from "../routing/matcher.ts"
import { rewritePath } from "../routing/rewrite.ts"
import type { CompiledRoute } from "./compiled-document.ts"
import type { Exchange } from "./exchange.ts"
import { requestText } from "./request-text.ts"
import type { ServiceRuntime } from "./service-runtime.ts"
import type { Visit } from "./visit.ts"

type Route = Matched<CompiledRoute>

/** What one request needs to be sent to an instance. */
export interface Errand {
  readonly visit: Visit
  readonly matched: Route
  readonly found: FoundToken | undefined
  readonly upstream: ServiceRuntime
  readonly release: string | undefined
  /** Neither moved to another service nor in another arm. */
  readonly isDefault: boolean
}

const AUTHORIZATION: ReadonlySet<string> = new Set(["authorization"])

/** Which service (a route may be moving to a new one) and which of its releases. */
export function chooseSide(visit: Visit, matched: Route, found: FoundToken | undefined): Errand {
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
  const isDefault = moving?.moved !== true && (!cohort || cohort.arm === upstream.service.split?.default.name)
  return { visit, matched, found, upstream, release: cohort?.release, isDefault }
}

/** The request's head; `fill` asks by what the cache has. */
export function textOf(
  errand: Errand,
  { exchange, fill }: { readonly exchange: Exchange; readonly fill: Fill | undefined },
): () => string {
  const { visit, matched, found } = errand
  const { view } = visit
  const identified = matched.route.config.passToken ? undefined : visit.identified
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

/** What the sticky cookie says; undefined where the service has none. */
export function stickyOf({ visit, upstream, release }: Errand): StickyDecision | undefined {
  const { sticky } = upstream.config
  if (!sticky) return undefined
  const balancer = upstream.balancer(release)
  return decideSticky(sticky, visit.view.cookie(sticky.cookieName), (token) => balancer?.stuck(token))
}
