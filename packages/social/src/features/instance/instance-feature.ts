// What this server says about itself, put together.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { createDiscoveryRoutes } from "./discovery-routes.ts"
import { createEmptyRoutes } from "./empty-routes.ts"
import { createHealthRoutes } from "./health-routes.ts"
import { createInstanceRoutes } from "./instance-routes.ts"
import { createUsage } from "./usage-counts.ts"
import type { Usage } from "./usage-counts.ts"

export function createInstanceFeature(
  core: Core,
  options: { pushKey: () => Promise<string> },
): {
  readonly routes: readonly Route[]
  readonly usage: Usage
} {
  const usage = createUsage(core)
  return {
    usage,
    routes: [
      ...createInstanceRoutes({ ...core, ...options, usage }),
      ...createDiscoveryRoutes({ ...core, usage }),
      ...createHealthRoutes(core),
      ...createEmptyRoutes(),
    ],
  }
}
