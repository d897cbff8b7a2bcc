// The routing document that the gateway is given, composed of what runs, of where each service's requests go, and of routes.
// Holds the few of the document's fields that delivery decides; all others pass through as they are. Pure.

import type { RunningInstance } from "../supervisor/running-instance.ts"
import type { TrafficPlan } from "./traffic.ts"

type Json = { readonly [name: string]: unknown }

/** A route as it stands in a routing document. */
export type GatewayRoute = Json & { readonly name: string; readonly service: string }

export interface GatewayService {
  readonly instances: readonly {
    readonly id: string
    readonly release: string
    readonly host: string
    readonly port: number
    readonly draining: boolean
  }[]
  readonly split?: Json
  readonly upstream?: Json
  readonly drain?: Json
}

export interface GatewayDocument {
  readonly version: number
  readonly services: Readonly<Record<string, GatewayService>>
  readonly routes: readonly GatewayRoute[]
  /** Whom the gateway asks about tokens, and hears of changes from. */
  readonly identity?: { readonly services: readonly Json[] }
}

/** What is said of a service beside its instances and its plan. */
export interface ServiceRouting {
  readonly name: string
  /** As in a routing document; absent: the gateway's defaults. */
  readonly upstream?: Json
  readonly drain?: Json
  readonly routes: readonly GatewayRoute[]
}

export interface DocumentParts {
  readonly services: readonly ServiceRouting[]
  readonly plans: Readonly<Record<string, TrafficPlan>>
  readonly instances: readonly RunningInstance[]
  /** Where an instance is asked about tokens; undefined for those that know nothing of them. */
  readonly identityOf: (instance: RunningInstance) => Json | undefined
}

/** The document without its version. */
export function composeDocument(parts: DocumentParts): Omit<GatewayDocument, "version"> {
  const { services, plans, instances } = parts
  const names = new Set(services.map(({ name }) => name))
  const routes = uniqueRoutes(services.flatMap((service) => service.routes)).filter(({ service }) =>
    names.has(service),
  )
  const mirrored = routes.map((route) => withMirror(route, { plan: plans[route.service], instances }))
  const identities = instances.map(parts.identityOf).filter((one) => one !== undefined)
  return {
    services: Object.fromEntries(
      services.map((service) => [
        service.name,
        serviceOf(
          service,
          plans[service.name],
          instances.filter((one) => one.service === service.name),
        ),
      ]),
    ),
    routes: mirrored,
    ...(identities.length > 0 && { identity: { services: identities } }),
  }
}

function serviceOf(
  { upstream, drain }: ServiceRouting,
  plan: TrafficPlan | undefined,
  instances: readonly RunningInstance[],
): GatewayService {
  const named = new Set(plan && fleetsOf(plan))
  return {
    // Before a plan names its fleet an instance gets nothing; one that drains is known until it is gone.
    instances: instances
      .filter(({ fleet, draining }) => draining || named.has(fleet))
      .map(({ id, fleet, port, draining }) => ({ id, release: fleet, host: "127.0.0.1", port, draining })),
    ...(plan && { split: splitOf(plan) }),
    ...(upstream && { upstream }),
    ...(drain && { drain }),
  }
}

/** Every fleet that may have requests by this plan. */
function fleetsOf({ default: fallback, arms, mirror }: TrafficPlan): string[] {
  return [fallback.fleet, ...arms.map(({ fleet }) => fleet), ...(mirror ? [mirror.fleet] : [])]
}

function splitOf(plan: TrafficPlan): Json {
  const { by, salt, cookieName, maxAgeMs } = plan.stickiness
  return {
    default: { name: plan.default.arm, release: plan.default.fleet },
    arms: plan.arms.map(({ name, fleet, weight }) => ({ name, release: fleet, weight: weight / 100 })),
    stickiness: {
      by,
      salt,
      ...(cookieName !== undefined && { cookieName }),
      ...(maxAgeMs !== undefined && { maxAge: maxAgeMs }),
    },
    headerRoutes: plan.headerRoutes,
  }
}

/** A mirror needs a ready instance: the gateway refuses one that leads nowhere. */
function withMirror(
  route: GatewayRoute,
  { plan, instances }: { plan: TrafficPlan | undefined; instances: readonly RunningInstance[] },
): GatewayRoute {
  const mirror = plan?.mirror
  if (!mirror || route.mirror !== undefined) return route
  const isThere = instances.some(({ service, fleet }) => service === route.service && fleet === mirror.fleet)
  return isThere ? { ...route, mirror: { to: mirror.fleet, percentage: mirror.percentage } } : route
}

/** Of two routes of a name the later one counts: an operator's replaces a release's. It stands where the first stood. */
function uniqueRoutes(routes: readonly GatewayRoute[]): GatewayRoute[] {
  return [...new Map(routes.map((route) => [route.name, route])).values()]
}
