// What clients ask for when they start and what does not exist here yet: truthfully empty answers, so that they start. Only
// reading; a write that did nothing would be a lie.

import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"

const MEMBERS: readonly [path: string, scope: string, what: string][] = [
  ["/api/v1/domain_blocks", "read:blocks", "Blocked servers"],
]

export function createEmptyRoutes(): Route[] {
  return [
    ...MEMBERS.map(([path, scope, what]) =>
      route({
        method: "GET",
        path,
        summary: `${what}: none yet`,
        access: "member",
        scope,
        handle: async () => [],
      }),
    ),
  ]
}
