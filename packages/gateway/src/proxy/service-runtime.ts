// A service while the gateway runs: its balancers, breaker and places, and what is known of its instances. Lives through
// changes of the document, so that counts, health and connections are kept.

import type { Balancer } from "../balance/balancer.ts"
import type { ServiceConfig, UpstreamConfig } from "../document/service-schema.ts"
import type { CircuitBreaker } from "../resilience/circuit-breaker.ts"
import { createCircuitBreaker } from "../resilience/circuit-breaker.ts"
import type { Deadlines } from "../deadlines.ts"
import type { InstancePools } from "../upstream/instance-pools.ts"
import type { Places } from "./places.ts"
import { createPlaces } from "./places.ts"
import { createSplit } from "../split/split.ts"
import type { Split } from "../split/split.ts"
import type { ServiceBalancers } from "./service-balancers.ts"
import { createLoads, createServiceBalancers } from "./service-balancers.ts"
import { createServiceHealth } from "./service-health.ts"
import type { ServiceHealth, ServiceHealthDeps } from "./service-health.ts"
import { RequestUpstream } from "./request-upstream.ts"
import type { StickyDecision } from "../balance/sticky.ts"
import type { Upstream } from "./upstream.ts"

export interface UpstreamRequestOptions {
  /** Only instances of this release; undefined: all. */
  readonly release: string | undefined
  /** What the request stays with, see `hashKey`. */
  readonly key: string | undefined
  /** What its sticky cookie says. */
  readonly sticky: StickyDecision | undefined
}

export interface ServiceRuntime {
  readonly name: string
  readonly config: UpstreamConfig
  readonly service: ServiceConfig
  readonly places: Places
  readonly breaker: CircuitBreaker | undefined
  readonly split: Split | undefined
  readonly health: ServiceHealth
  update(service: ServiceConfig, config: UpstreamConfig, now: number): void
  stop(): void
  /** A request's view of it. */
  upstreamFor(options: UpstreamRequestOptions): Upstream
  balancer(release: string | undefined): Balancer | undefined
}

export type HealthEvent = Parameters<ServiceHealthDeps["onEvent"]>[0] & { readonly service: string }

export interface ServiceRuntimeDeps {
  readonly name: string
  readonly onHealth: (event: HealthEvent) => void
  readonly pools: InstancePools
  readonly deadlines: Deadlines
  readonly random: () => number
}

export function createServiceRuntime(
  deps: ServiceRuntimeDeps,
  initial: { service: ServiceConfig; config: UpstreamConfig },
): ServiceRuntime {
  let { service, config } = initial
  const keep = createKeeper()
  const loads = createLoads()
  let balancers = keepBalancers()
  let breaker: CircuitBreaker | undefined
  let split: Split | undefined
  let health: ServiceHealth | undefined
  let places = createPlaces(config.limits, deps.deadlines)

  function update(nextService: ServiceConfig, nextConfig: UpstreamConfig, now: number): void {
    service = nextService
    config = nextConfig
    const { circuitBreaker, limits } = config
    breaker = keep("breaker", circuitBreaker, () => circuitBreaker && createCircuitBreaker(circuitBreaker))
    places = keep("places", limits, () => createPlaces(limits, deps.deadlines))
    balancers = keepBalancers()
    split = keep("split", service.split, () => service.split && createSplit(service.split, deps))
    const health = keepHealth()
    loads.keepOnly(new Set(service.instances.map(({ id }) => id)))
    balancers.update(service.instances, (id) => health.isAvailable(id), now)
  }

  function keepBalancers(): ServiceBalancers {
    const { loadBalancer, healthCheck } = config
    const balancing = { ...loadBalancer, panicThreshold: healthCheck.panicThreshold }
    return keep("balancers", balancing, () =>
      createServiceBalancers(balancing, { random: deps.random, loads }),
    )
  }

  function keepHealth(): ServiceHealth {
    const before = health
    health = keep("health", config.healthCheck, () =>
      createServiceHealth({
        config: config.healthCheck,
        pools: deps.pools,
        deadlines: deps.deadlines,
        onChange: (id, available) => balancers.setAvailable(id, available, performance.now()),
        onEvent: (event) => deps.onHealth({ ...event, service: deps.name }),
      }),
    )
    if (before && before !== health) before.stop()
    health.setInstances(service.instances)
    return health
  }

  const balancerOf = (release: string | undefined): Balancer | undefined =>
    release === undefined ? balancers.everyone : balancers.ofRelease(release)

  update(service, config, performance.now())
  return {
    name: deps.name,
    get config() {
      return config
    },
    get service() {
      return service
    },
    get places() {
      return places
    },
    get breaker() {
      return breaker
    },
    get split() {
      return split
    },
    get health() {
      return health ?? keepHealth()
    },
    update,
    stop: () => health?.stop(),
    balancer: balancerOf,
    upstreamFor: (options) =>
      new RequestUpstream({
        service: deps.name,
        timeouts: config.timeouts,
        balancer: balancerOf(options.release),
        everyone: balancers.everyone,
        health: health ?? keepHealth(),
        breaker,
        pools: deps.pools,
        options,
      }),
  }
}

/** Keeps what was made under a name while the configuration that it was made by is the same. */
function createKeeper(): <T>(name: string, config: unknown, make: () => T) => T {
  const kept = new Map<string, { key: string; made: unknown }>()
  return <T>(name: string, config: unknown, make: () => T): T => {
    const key = JSON.stringify(config) ?? ""
    const known = kept.get(name)
    if (known?.key === key) return known.made as T
    const made = make()
    kept.set(name, { key, made })
    return made
  }
}
