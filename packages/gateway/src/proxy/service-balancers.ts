// The balancers of one service: one over all its instances, and one for each release, for what a split or a header sends there.
// They share what each instance has in flight, and panic together: whether too few are left is a question about the service.
//
// A release stays with those of its instances that may have requests. When none may, its requests go to the other releases: a
// member must not meet a dead instance because the split chose its release. Only when the service as a whole is in a panic are
// all asked again, the release's own first.

import type { Balancer, BalancerConfig, BalancerDeps } from "../balance/balancer.ts"
import { createBalancer } from "../balance/balancer.ts"
import type { Load } from "../balance/member.ts"
import type { InstanceConfig } from "../document/service-schema.ts"

export interface ServiceBalancers {
  update(instances: readonly InstanceConfig[], isAvailable: (id: string) => boolean, now: number): void
  setAvailable(id: string, available: boolean, now: number): void
  readonly everyone: Balancer
  /** Undefined where the release has no instance. */
  ofRelease(release: string): Balancer | undefined
}

export function createServiceBalancers(
  config: BalancerConfig,
  { random, loads }: Pick<BalancerDeps, "random"> & { readonly loads: Loads },
): ServiceBalancers {
  const deps = { random, loadOf: loads.of }
  const everyone = createBalancer(config, deps)
  const releases = new Map<string, Balancer>()

  function tellPanic(): void {
    for (const balancer of releases.values()) balancer.setPanic(everyone.panicking())
  }

  return {
    everyone,
    ofRelease: (release) => releases.get(release),
    update(instances, isAvailable, now) {
      const groups = Map.groupBy(instances, ({ release }) => release)
      const renew = (balancer: Balancer, group: readonly InstanceConfig[]): void => {
        balancer.update(group, now)
        for (const { id, draining } of group) {
          balancer.setDraining(id, draining, now)
          balancer.setAvailable(id, isAvailable(id), now)
        }
      }
      renew(everyone, instances)
      for (const [release, group] of groups) {
        const balancer =
          releases.get(release) ?? createBalancer({ ...config, panicThreshold: undefined }, deps)
        releases.set(release, balancer)
        renew(balancer, group)
      }
      for (const release of releases.keys()) if (!groups.has(release)) releases.delete(release)
      tellPanic()
    },
    setAvailable(id, available, now) {
      everyone.setAvailable(id, available, now)
      for (const balancer of releases.values()) balancer.setAvailable(id, available, now)
      tellPanic()
    },
  }
}

/** What each instance has in flight; outlives the balancers, whose configuration may change under running requests. */
export interface Loads {
  readonly of: (id: string) => Load
  /** Forgets the others; requests that are still with them count for nobody. */
  keepOnly(ids: ReadonlySet<string>): void
}

export function createLoads(): Loads {
  const loads = new Map<string, Load>()
  return {
    of(id) {
      const known = loads.get(id)
      if (known) return known
      const load = { inFlight: 0 }
      loads.set(id, load)
      return load
    },
    keepOnly(ids) {
      for (const id of loads.keys()) if (!ids.has(id)) loads.delete(id)
    },
  }
}
