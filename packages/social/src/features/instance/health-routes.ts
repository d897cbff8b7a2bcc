// Whether the process runs, and whether it can serve. Live never looks at anything else: a database that is gone is no reason
// to restart this process.

import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"

const PATIENCE_MS = 2_000
const TEXT = { "content-type": "text/plain; charset=utf-8" }

export function createHealthRoutes(deps: Pick<Core, "db" | "clock" | "log">): Route[] {
  const { db, clock, log } = deps

  async function ready(): Promise<Reply> {
    try {
      await within(clock, sql`SELECT 1`.execute(db))
      return new Reply("OK", { headers: TEXT })
    } catch (error) {
      log.warn({ error: messageOf(error) }, "not ready: the database does not answer")
      return new Reply("The database does not answer", {
        status: 503,
        headers: { ...TEXT, "retry-after": "2" },
      })
    }
  }

  const open = (path: string, summary: string, handle: () => Promise<Reply>): Route =>
    route({ method: "GET", path, summary, access: "public", handle })
  return [
    open("/health", "Whether the server can serve", ready),
    open("/health/ready", "Whether the server can serve", ready),
    open("/health/live", "Whether the process runs", async () => new Reply("OK", { headers: TEXT })),
  ]
}

/** Fails when the work takes longer than a probe should wait. */
async function within<T>(clock: Core["clock"], work: Promise<T>): Promise<T> {
  let cancel = () => {}
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(PATIENCE_MS, () => reject(new Error(`no answer within ${PATIENCE_MS} ms`)))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
