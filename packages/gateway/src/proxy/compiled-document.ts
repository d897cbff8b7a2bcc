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
import type { ServiceRuntime } from "./service-runtime.ts"
import { createServiceRuntime } from "./service-runtime.ts"

export interface CompiledRoute extends MatchableRoute {
  readonly config: RouteConfig
  readonly upstream: ServiceRuntime
  readonly cors: RouteConfig["cors"]
  readonly decideCors: DecideCors | undefined
  readonly requestRules: ApplyHeaderRules
  readonly responseRules: ApplyHeaderRules
}

export interface CompiledDocument {
  readonly document: RoutingDocument
  readonly matcher: Matcher<CompiledRoute>
  /** By service, or by `service/route` where a route has an upstream of its own. */
  readonly upstreams: ReadonlyMap<string, ServiceRuntime>
}

export interface CompileDeps {
  readonly pools: InstancePools
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
      },
    ]
  })
  deps.pools.update(
    Object.values(document.services).flatMap(({ instances, upstream: { limits, timeouts } }) =>
      instances.map((instance) => ({
        instance,
        settings: { maxConnections: limits.maxConnections, keepAliveMs: timeouts.keepAlive },
      })),
    ),
  )
  return { document, matcher: createMatcher(routes), upstreams }
}
