// What the gateway says of itself: each service's instances, breaker and places, and why it cannot serve. Reads only.

import type { ServiceStatus } from "./gateway-options.ts"
import type { CompiledDocument } from "./proxy/compiled-document.ts"
import type { ServiceRuntime } from "./proxy/service-runtime.ts"

export function servicesStatus(current: CompiledDocument | undefined): Record<string, ServiceStatus> {
  return Object.fromEntries([...(current?.upstreams ?? [])].map(([name, one]) => [name, statusOf(one)]))
}

function statusOf(upstream: ServiceRuntime): ServiceStatus {
  const balancer = upstream.balancer(undefined)
  return {
    breaker: upstream.breaker?.state(performance.now()),
    places: upstream.places.load(),
    panicking: balancer?.panicking() ?? false,
    instances: upstream.health.states().map((health) => {
      const member = balancer?.member(health.id)
      return { ...health, inFlight: member?.inFlight ?? 0, eligible: member?.eligible ?? false }
    }),
  }
}

/** Undefined when each service has an instance that may have requests. */
export function problemOf(current: CompiledDocument | undefined): string | undefined {
  if (!current) return "it has no routing document"
  for (const [name, upstream] of current.upstreams) {
    const members = upstream.balancer(undefined)?.members() ?? []
    if (!members.some(({ eligible, draining: leaving }) => eligible && !leaving))
      return `${name} has no instance`
  }
  return undefined
}
