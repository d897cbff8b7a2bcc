// What clients ask for when they start and what does not exist here yet: truthfully empty answers, so that they start. Only
// reading; a write that did nothing would be a lie.

import { AppError } from "@aviary/kit"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"

const MEMBERS: readonly [path: string, scope: string, what: string][] = [
  ["/api/v1/filters", "read:filters", "Filters, in the older form"],
  ["/api/v2/filters", "read:filters", "Filters"],
  ["/api/v1/announcements", "read", "Announcements"],
  ["/api/v1/featured_tags", "read:accounts", "Featured hashtags"],
  ["/api/v1/domain_blocks", "read:blocks", "Blocked servers"],
]

const EVERYBODY: readonly [path: string, what: string][] = [
  ["/api/v1/trends", "Trending hashtags, by their older path"],
  ["/api/v1/trends/tags", "Trending hashtags"],
  ["/api/v1/trends/statuses", "Trending posts"],
  ["/api/v1/trends/links", "Trending links"],
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
    ...EVERYBODY.map(([path, what]) =>
      route({ method: "GET", path, summary: `${what}: none yet`, access: "public", handle: async () => [] }),
    ),
    route({
      method: "GET",
      path: "/api/v1/push/subscription",
      summary: "The Web Push subscription of the token: there is none",
      access: "member",
      scope: "push",
      async handle() {
        throw new AppError("record.not_found")
      },
    }),
  ]
}
