// How busy the pool to PostgreSQL is: what waits for a connection is what the database cannot keep up with.

import type { Metrics } from "@aviary/kit"
import type pg from "pg"

export function observePool(metrics: Metrics, pool: pg.Pool): void {
  metrics.gauges({
    name: "aviary_database_connections",
    help: "Connections of this process to PostgreSQL, by whether they are in use.",
    labels: ["state"],
    collect(connections) {
      connections.with({ state: "busy" }).set(pool.totalCount - pool.idleCount)
      connections.with({ state: "idle" }).set(pool.idleCount)
    },
  })
  metrics.gauge({
    name: "aviary_database_waiting",
    help: "Statements and transactions that wait for a connection.",
    collect: () => pool.waitingCount,
  })
}
