// A routing document made ready: routes compiled, services running. Built beside the one in force and swapped for it as a
// whole; services that stay keep their state.

import type { RouteConfig, RoutingDocument } from "../document/routing-document.ts"
import type { ServiceConfig } from "../document/service-schema.ts"
import { compileCors } from "../routing/cors.ts"
import type { DecideCors } from "../routing/cors.ts"
import { compileHeaderRules } from "../routing/header-rules.ts"
import type { ApplyHeaderRules } from "../routing/header-rules.ts"
import { createMatcher } from "../routing/matcher.ts"
import type { MatchableRoute, Matcher } from "../routing/matcher.ts"
import type { InstancePools } from "../upstream/instance-pools.ts"
import type { Cache } from "../cache/cache.ts"
import { createCache } from "../cache/cache.ts"
import type { Deadlines } from "../deadlines.ts"
import type { LocalLimiter } from "../limit/limiter.ts"
import { createHedging } from "../resilience/hedging.ts"
import type { Hedging } from "../resilience/hedging.ts"
import { createRetryBudget } from "../resilience/retry-budget.ts"
import type { RetryBudget } from "../resilience/retry-budget.ts"
import { decideRetry } from "../resilience/retry-policy.ts"
import type { Exchange } from "./exchange.ts"
import type { RetryQuestion } from "./forward-deps.ts"
import { isIdempotent } from "./idempotency.ts"
import { createMirror } from "../split/mirror.ts"
import type { Mirror } from "../split/mirror.ts"
import { createStrangler } from "../split/strangler.ts"
import type { DecideStrangler } from "../split/strangler.ts"
import type { HealthEvent, ServiceRuntime } from "./service-runtime.ts"
import { createServiceRuntime } from "./service-runtime.ts"

export interface CompiledRoute extends MatchableRoute {
  readonly config: RouteConfig
  readonly upstream: ServiceRuntime
  readonly cors: RouteConfig["cors"]
  readonly decideCors: DecideCors | undefined
  readonly requestRules: ApplyHeaderRules
  readonly responseRules: ApplyHeaderRules
  readonly cache: Cache | undefined
  /** The service that this route moves to, and who is there already. */
  readonly strangler: { readonly to: ServiceRuntime; readonly decide: DecideStrangler } | undefined
  readonly mirror: MirrorTarget | undefined
  readonly budget: RetryBudget
  readonly hedging: Hedging | undefined
  /** A limit counts by token. */
  readonly limitsByToken: boolean
  /** Whether a failed try may be made again, budget apart. */
  mayRetry(request: Pick<Exchange, "method" | "headers" | "unanswered">, question: RetryQuestion): boolean
}

export interface MirrorTarget {
  readonly mirror: Mirror
  readonly to: ServiceRuntime
  readonly release: string | undefined
}

export interface CompiledDocument {
  readonly document: RoutingDocument
  readonly routes: readonly CompiledRoute[]
  readonly matcher: Matcher<CompiledRoute>
  /** By service, or by `service/route` where a route has an upstream of its own. */
  readonly upstreams: ReadonlyMap<string, ServiceRuntime>
}

export interface CompileDeps {
  readonly pools: InstancePools
  readonly deadlines: Deadlines
  readonly limiter: LocalLimiter
  readonly onHealth: (event: HealthEvent) => void
  readonly random: () => number
}

/** `before`: the document in force, whose services are carried over. */
export function compileDocument(
  document: RoutingDocument,
  before: CompiledDocument | undefined,
  deps: CompileDeps,
): CompiledDocument {
  const now = performance.now()
  const upstreams = new Map<string, ServiceRuntime>()

  function upstreamOf(
    key: string,
    name: string,
    service: ServiceConfig,
    config = service.upstream,
  ): ServiceRuntime {
    const made = upstreams.get(key)
    if (made) return made
    const known = before?.upstreams.get(key)
    known?.update(service, config, now)
    const runtime = known ?? createServiceRuntime({ ...deps, name }, { service, config })
    upstreams.set(key, runtime)
    return runtime
  }

  function stranglerOf({ strangler }: RouteConfig): CompiledRoute["strangler"] {
    const to = strangler && upstreams.get(strangler.to)
    return strangler && to && { to, decide: createStrangler(strangler, deps) }
  }

  function mirrorOf({ mirror }: RouteConfig): MirrorTarget | undefined {
    if (!mirror) return undefined
    const service = upstreams.get(mirror.to)
    if (service) return { mirror: createMirror(mirror, deps), to: service, release: undefined }
    for (const to of upstreams.values()) {
      const has = to.service.instances.some(({ release }) => release === mirror.to)
      if (has) return { mirror: createMirror(mirror, deps), to, release: mirror.to }
    }
    return undefined
  }

  for (const [name, service] of Object.entries(document.services)) upstreamOf(name, name, service)
  const routes = document.routes.flatMap((config): CompiledRoute[] => {
    const service = document.services[config.service]
    if (!service) return []
    const { service: name, upstream } = config
    return [
      {
        config,
        hosts: config.hosts,
        match: config.match,
        priority: config.priority,
        cors: config.cors,
        upstream: upstream
          ? upstreamOf(`${name}/${config.name}`, name, service, upstream)
          : upstreamOf(name, name, service),
        decideCors: config.cors && compileCors(config.cors),
        requestRules: compileHeaderRules(config.headers?.request),
        responseRules: compileHeaderRules(config.headers?.response),
        ...keptParts(config, before),
        strangler: stranglerOf(config),
        mirror: mirrorOf(config),
        limitsByToken: config.rateLimit.some(({ key }) => [key].flat().includes("token")),
        mayRetry: (request, question) => mayRetry(config, request, question),
      },
    ]
  })
  deps.limiter.applyPolicies(routes.map(({ config }) => ({ route: config.name, policies: config.rateLimit })))
  deps.pools.update(
    Object.values(document.services).flatMap(({ instances, upstream: { limits, timeouts } }) =>
      instances.map((instance) => ({
        instance,
        settings: { maxConnections: limits.maxConnections, keepAliveMs: timeouts.keepAlive },
      })),
    ),
  )
  for (const [key, upstream] of before?.upstreams ?? []) if (!upstreams.has(key)) upstream.stop()
  return { document, routes, matcher: createMatcher(routes), upstreams }
}

/** What a route goes on with as long as it says the same: what is kept, what was measured, what was spent. */
function keptParts(config: RouteConfig, before: CompiledDocument | undefined) {
  const known = before?.routes.find((route) => route.config.name === config.name)
  const same = (field: "cache" | "retries" | "hedge"): boolean =>
    known !== undefined && JSON.stringify(known.config[field]) === JSON.stringify(config[field])
  const { cache, retries, hedge } = config
  return {
    cache: same("cache") ? known?.cache : cache && createCache(cache, { now: Date.now }),
    budget: known && same("retries") ? known.budget : createRetryBudget(retries.budget),
    hedging: same("hedge") ? known?.hedging : hedge && createHedging(hedge),
  }
}

function mayRetry(
  { retries }: RouteConfig,
  request: Pick<Exchange, "method" | "headers" | "unanswered">,
  { attempts, cause, unsent, reused }: RetryQuestion,
): boolean {
  const verdict = decideRetry(retries, {
    // A key makes a POST repeatable: the service answers the second like the first.
    method: isIdempotent(request) ? "GET" : request.method,
    ...(typeof cause === "number" ? { status: cause } : { failure: cause }),
    untouched: unsent,
    bodyKept: true,
    answerBegun: !request.unanswered,
    // A connection that was closing under the request is no try.
    tries: reused ? attempts - 1 : attempts,
  })
  return verdict === "retry"
}
