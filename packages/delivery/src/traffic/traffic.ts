// Where the requests of a service go, as a rollout says it: fleets with arms and weights. How the gateway is told is in
// gateway-traffic.ts.

export interface TrafficArm {
  /** `stable`, `baseline`, `canary`, `preview` or a variant's name. */
  readonly name: string
  readonly fleet: string
  /** Percent of visitors, 0 to 100. */
  readonly weight: number
}

export interface TrafficPlan {
  /** Who is in no arm. */
  readonly default: { readonly arm: string; readonly fleet: string }
  readonly arms: readonly TrafficArm[]
  readonly stickiness: {
    readonly by: "account" | "cookie" | "address" | "none"
    readonly salt: string
    readonly cookieName?: string
    readonly maxAgeMs?: number
  }
  /** Requests with this header and value go to this arm, whatever their cohort. */
  readonly headerRoutes: readonly { readonly header: string; readonly value: string; readonly arm: string }[]
  /** A copy of this percentage of requests goes there; its answers are thrown away. */
  readonly mirror?: { readonly fleet: string; readonly percentage: number }
}

export interface Traffic {
  /** Resolves once the gateway has the plan in force; the same when repeated. */
  apply(service: string, plan: TrafficPlan): Promise<void>
  /** The plan that the gateway was last known to have. */
  inForce(service: string): TrafficPlan | undefined
}
