// The connection pools of all instances. A pool lives as long as its instance stays in the document at the same address, so
// that a change of weights costs no connection.

import type { ConnectionOptions } from "node:tls"
import type { Deadlines } from "../deadlines.ts"
import type { Instance } from "../types.ts"
import type { InstancePool } from "./instance-pool.ts"
import { createInstancePool } from "./instance-pool.ts"

export interface PoolSettings {
  readonly maxConnections: number
  readonly keepAliveMs: number
}

export interface InstancePools {
  /** Makes the pools of these instances the only ones; those of others finish what they do and close. */
  update(wanted: readonly { instance: Instance; settings: PoolSettings }[]): void
  get(id: string): InstancePool | undefined
  all(): readonly InstancePool[]
  /** Connections, of instances that have left too. */
  readonly size: number
  destroy(): void
}

export function createInstancePools(deps: {
  deadlines: Deadlines
  tlsOptions?: (() => ConnectionOptions) | undefined
}): InstancePools {
  let pools = new Map<string, { key: string; pool: InstancePool }>()
  /** Pools of instances that are gone, while requests of theirs may run. */
  const leaving = new Set<InstancePool>()

  return {
    update(wanted) {
      const next = new Map<string, { key: string; pool: InstancePool }>()
      for (const { instance, settings } of wanted) {
        const key = JSON.stringify([
          instance.host,
          instance.port,
          instance.socketPath,
          instance.tls,
          settings,
        ])
        const known = pools.get(instance.id)
        const pool = known?.key === key ? known.pool : createInstancePool({ ...deps, instance, ...settings })
        next.set(instance.id, { key, pool })
      }
      for (const [id, { pool }] of pools) {
        if (next.get(id)?.pool === pool) continue
        pool.close()
        leaving.add(pool)
      }
      for (const pool of leaving) if (pool.size === 0) leaving.delete(pool)
      pools = next
    },
    get: (id) => pools.get(id)?.pool,
    all: () => [...pools.values()].map(({ pool }) => pool),
    get size() {
      let size = 0
      for (const { pool } of pools.values()) size += pool.size
      for (const pool of leaving) size += pool.size
      return size
    },
    destroy() {
      for (const { pool } of pools.values()) pool.destroy()
      for (const pool of leaving) pool.destroy()
    },
  }
}
