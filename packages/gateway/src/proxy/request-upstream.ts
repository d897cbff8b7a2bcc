// One request's way to the instances of a service: picks them, and tells balancing, breaker and health how each try went.

import type { Balancer } from "../balance/balancer.ts"
import type { Member } from "../balance/member.ts"
import type { TimeoutsConfig } from "../document/service-schema.ts"
import type { CircuitBreaker } from "../resilience/circuit-breaker.ts"
import type { InstancePools } from "../upstream/instance-pools.ts"
import type { UpstreamRequestOptions } from "./service-runtime.ts"
import type { AttemptResult, NoTarget, Target, Upstream } from "./upstream.ts"

export interface RequestUpstreamDeps {
  readonly service: string
  readonly timeouts: TimeoutsConfig
  readonly balancer: Balancer | undefined
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
    this.#deps.balancer?.begin(found.member)
    return { member: found.member, connection: found.connection, permit, reported: false }
  }

  #find(tried: readonly Member[], now: number): Pick<Target, "member" | "connection"> | NoTarget {
    const { balancer, pools, options } = this.#deps
    if (options.sticky?.kind === "refuse") return "stuck"
    const stuck = options.sticky?.kind === "stay" ? options.sticky.member : undefined
    let excluded = tried
    let full = false
    for (;;) {
      const member = stuck && !excluded.includes(stuck) ? stuck : balancer?.pick(options.key, now, excluded)
      if (!member) return full ? "full" : "none"
      const connection = pools.get(member.instance.id)?.take(false)
      if (connection) return { member, connection }
      full = true
      excluded = [...excluded, member]
    }
  }

  again({ member }: Target): Target | undefined {
    const { breaker, pools, balancer } = this.#deps
    const permit = breaker?.enter(performance.now())
    if (breaker && permit === undefined) return undefined
    const connection = pools.get(member.instance.id)?.take(true)
    if (!connection) {
      if (permit !== undefined) breaker?.leave(permit, "unknown", performance.now())
      return undefined
    }
    balancer?.begin(member)
    return { member, connection, permit, reported: false }
  }

  report(target: Target, { status, failure }: AttemptResult): void {
    if (target.reported) return
    target.reported = true
    if (target.permit === undefined) return
    const failed = failure !== undefined || (status !== undefined && status >= 500)
    this.#deps.breaker?.leave(target.permit, failed ? "failed" : "ok", performance.now())
  }

  finish(target: Target): void {
    this.#deps.balancer?.end(target.member)
    if (target.permit !== undefined && !target.reported) {
      this.#deps.breaker?.leave(target.permit, "unknown", performance.now())
    }
  }
}
