// Whether the process runs, and whether it can serve. Live never looks at anything else: a database that is gone is no reason
// to restart this process.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { createReadiness } from "./readiness.ts"

const TEXT = { "content-type": "text/plain; charset=utf-8" }

export function createHealthRoutes(deps: Pick<Core, "db" | "clock" | "log">): Route[] {
  const readiness = createReadiness(deps)

  async function ready(): Promise<Reply> {
    const reason = await readiness()
    if (reason === undefined) return new Reply("OK", { headers: TEXT })
    return new Reply(reason, { status: 503, headers: { ...TEXT, "retry-after": "2" } })
  }

  const open = (path: string, summary: string, handle: () => Promise<Reply>): Route =>
    route({ method: "GET", path, summary, access: "public", handle })
  return [
    open("/health", "Whether the server can serve", ready),
    open("/health/ready", "Whether the server can serve", ready),
    open("/health/live", "Whether the process runs", async () => new Reply("OK", { headers: TEXT })),
  ]
}
