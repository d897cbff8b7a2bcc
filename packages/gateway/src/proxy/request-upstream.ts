// One request's way to the instances of a service: picks them, and tells balancing, breaker and health how each try went.

import type { Balancer } from "../balance/balancer.ts"
import type { Member } from "../balance/member.ts"
import type { TimeoutsConfig } from "../document/service-schema.ts"
import type { CircuitBreaker } from "../resilience/circuit-breaker.ts"
import type { InstancePools } from "../upstream/instance-pools.ts"
import type { ServiceHealth } from "./service-health.ts"
import type { UpstreamRequestOptions } from "./service-runtime.ts"
import type { AttemptResult, NoTarget, Target, Upstream } from "./upstream.ts"

export interface RequestUpstreamDeps {
  readonly service: string
  readonly timeouts: TimeoutsConfig
  /** Of the request's release. */
  readonly balancer: Balancer | undefined
  /** Of all releases: where the request's own has nobody left. */
  readonly everyone: Balancer | undefined
  readonly health: ServiceHealth
  readonly breaker: CircuitBreaker | undefined
  readonly pools: InstancePools
  readonly options: UpstreamRequestOptions
}

export class RequestUpstream implements Upstream {
  readonly #deps: RequestUpstreamDeps

  constructor(deps: RequestUpstreamDeps) {
    this.#deps = deps
  }

  get service(): string {
    return this.#deps.service
  }

  get timeouts(): TimeoutsConfig {
    return this.#deps.timeouts
  }

  open(tried: readonly Member[]): Target | NoTarget {
    const { breaker } = this.#deps
    const now = performance.now()
    const permit = breaker?.enter(now)
    if (breaker && permit === undefined) return "open"
    const found = this.#find(tried, now)
    if (typeof found === "string") {
      if (permit !== undefined) breaker?.leave(permit, "unknown", now)
      return found
    }
    found.balancer.begin(found.member)
    return { ...found, permit, reported: false }
  }

  #find(
    tried: readonly Member[],
    now: number,
  ): Pick<Target, "member" | "connection" | "balancer"> | NoTarget {
    const { balancer, everyone, pools, options } = this.#deps
    if (options.sticky?.kind === "refuse") return "stuck"
    let excluded = tried
    let full = false
    for (;;) {
      const found = this.#pick(balancer, excluded, now) ?? this.#pick(everyone, excluded, now)
      if (!found) return full ? "full" : "none"
      const connection = pools.get(found.member.instance.id)?.take(false)
      if (connection) return { ...found, connection }
      full = true
      excluded = [...excluded, found.member]
    }
  }

  #pick(
    balancer: Balancer | undefined,
    excluded: readonly Member[],
    now: number,
  ): { member: Member; balancer: Balancer } | undefined {
    if (!balancer) return undefined
    const { sticky, key } = this.#deps.options
    // Each balancer has members of its own; an instance that was tried is excluded whoever picked it.
    const own =
      excluded.length === 0
        ? excluded
        : excluded.flatMap(({ instance }) => balancer.member(instance.id) ?? [])
    const stuck =
      sticky?.kind === "stay" && balancer.member(sticky.member.instance.id) === sticky.member
        ? sticky.member
        : undefined
    const member = stuck && !own.includes(stuck) ? stuck : balancer.pick(key, now, own)
    return member && { member, balancer }
  }

  again({ member, balancer }: Target): Target | undefined {
    const { breaker, pools } = this.#deps
    const permit = breaker?.enter(performance.now())
    if (breaker && permit === undefined) return undefined
    const connection = pools.get(member.instance.id)?.take(true)
    if (!connection) {
      if (permit !== undefined) breaker?.leave(permit, "unknown", performance.now())
      return undefined
    }
    balancer.begin(member)
    return { member, connection, balancer, permit, reported: false }
  }

  report(target: Target, result: AttemptResult): void {
    const { status, failure } = result
    if (target.reported) return
    target.reported = true
    this.#deps.health.record(target.member.instance, result)
    if (target.permit === undefined) return
    const failed = failure !== undefined || (status !== undefined && status >= 500)
    this.#deps.breaker?.leave(target.permit, failed ? "failed" : "ok", performance.now())
  }

  finish(target: Target): void {
    target.balancer.end(target.member)
    if (target.permit !== undefined && !target.reported) {
      this.#deps.breaker?.leave(target.permit, "unknown", performance.now())
    }
  }
}
