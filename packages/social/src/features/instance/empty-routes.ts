// What clients ask for when they start and what does not exist here: truthfully empty answers, so that they start. Only reading;
// a write that did nothing would be a lie.

import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"

export function createEmptyRoutes(): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/domain_blocks",
      summary: "Blocked servers: there are no other servers",
      access: "member",
      scope: "read:blocks",
      handle: async () => [],
    }),
  ]
}
