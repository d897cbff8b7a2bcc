// A service while the gateway runs: its balancers, and what is known of its instances. Lives through changes of the document,
// so that counts, health and connections are kept.

import type { Balancer } from "../balance/balancer.ts"
import { createBalancer } from "../balance/balancer.ts"
import type { Member } from "../balance/member.ts"
import type { InstanceConfig, ServiceConfig, UpstreamConfig } from "../document/service-schema.ts"
import type { InstancePools } from "../upstream/instance-pools.ts"
import type { AttemptResult, Target, Upstream } from "./upstream.ts"

/** Balancer of all instances, whatever their release. */
const ALL = ""

export interface ServiceRuntime {
  readonly name: string
  readonly config: UpstreamConfig
  readonly service: ServiceConfig
  update(service: ServiceConfig, config: UpstreamConfig, now: number): void
  /** A request's view of it. `release`: only instances of that one; `key`: what the request stays with. */
  upstreamFor(release: string | undefined, key: string | undefined): Upstream
  balancer(release: string | undefined): Balancer | undefined
}

export interface ServiceRuntimeDeps {
  readonly name: string
  readonly pools: InstancePools
  readonly random: () => number
}

export function createServiceRuntime(
  deps: ServiceRuntimeDeps,
  initial: { service: ServiceConfig; config: UpstreamConfig },
): ServiceRuntime {
  let { service, config } = initial
  let balancers = new Map<string, Balancer>()
  let balancerKey = ""

  function update(nextService: ServiceConfig, nextConfig: UpstreamConfig, now: number): void {
    service = nextService
    config = nextConfig
    const key = JSON.stringify([config.loadBalancer, config.healthCheck.panicThreshold])
    const known = key === balancerKey ? balancers : new Map<string, Balancer>()
    balancerKey = key
    const groups = new Map<string, InstanceConfig[]>([[ALL, service.instances]])
    if (service.split) {
      for (const instance of service.instances) {
        const group = groups.get(instance.release)
        if (group) group.push(instance)
        else groups.set(instance.release, [instance])
      }
    }
    balancers = new Map()
    for (const [release, instances] of groups) {
      const balancer =
        known.get(release) ??
        createBalancer(
          { ...config.loadBalancer, panicThreshold: config.healthCheck.panicThreshold },
          { random: deps.random },
        )
      balancer.update(instances, now)
      for (const { id, draining } of instances) balancer.setDraining(id, draining, now)
      balancers.set(release, balancer)
    }
  }

  update(service, config, performance.now())
  return {
    name: deps.name,
    get config() {
      return config
    },
    get service() {
      return service
    },
    update,
    balancer: (release) => balancers.get(release ?? ALL),
    upstreamFor(release, key) {
      const balancer = balancers.get(service.split && release !== undefined ? release : ALL)
      return new RequestUpstream({ name: deps.name, config, balancer, pools: deps.pools, key })
    },
  }
}

interface RequestUpstreamDeps {
  readonly name: string
  readonly config: UpstreamConfig
  readonly balancer: Balancer | undefined
  readonly pools: InstancePools
  readonly key: string | undefined
}

class RequestUpstream implements Upstream {
  readonly #deps: RequestUpstreamDeps

  constructor(deps: RequestUpstreamDeps) {
    this.#deps = deps
  }

  get service(): string {
    return this.#deps.name
  }

  get timeouts(): UpstreamConfig["timeouts"] {
    return this.#deps.config.timeouts
  }

  choose(tried: readonly Member[]): Target | undefined {
    const { balancer, pools, key } = this.#deps
    const member = balancer?.pick(key, performance.now(), tried)
    const pool = member && pools.get(member.instance.id)
    return member && pool ? { member, pool } : undefined
  }

  begin(target: Target): void {
    this.#deps.balancer?.begin(target.member)
  }

  report(_target: Target, _result: AttemptResult): void {}

  finish(target: Target): void {
    this.#deps.balancer?.end(target.member)
  }
}
