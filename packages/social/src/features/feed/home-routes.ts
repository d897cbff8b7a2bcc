// GET /api/v1/timelines/home: from memory by the fast lane where everything is there, else the ordinary way.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { positionOf } from "../../events/log-position.ts"
import type { FastRoute } from "../../http/fast-lane.ts"
import { pageFields } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import type { HomePages } from "./home-page.ts"
import type { RankedHome } from "./ranking/ranked-home.ts"

const PATH = "/api/v1/timelines/home"
const SCOPE = "read:statuses"
const LIMIT = { standard: 20, most: 40 }

export function createHomeRoutes(deps: Pick<Core, "reading"> & { home: HomePages; rankedHome: RankedHome }): {
  readonly routes: readonly Route[]
  readonly fastRoutes: readonly FastRoute[]
} {
  const { home, rankedHome, reading } = deps
  return {
    routes: [
      route({
        method: "GET",
        path: PATH,
        summary: "What oneself and those one follows posted",
        access: "member",
        scope: SCOPE,
        input: z.object(pageFields(LIMIT.standard, LIMIT.most)),
        async handle({ input, viewer, headers }) {
          const { accountId } = viewer
          const current = await reading.caughtUp(accountId, positionOf(headers))
          const page =
            (await rankedHome.page(accountId, input, current)) ?? (await home.read(accountId, input, current))
          return pageReply(page.json, page.ends)
        },
      }),
    ],
    fastRoutes: [
      {
        path: PATH,
        scope: SCOPE,
        limit: LIMIT,
        serve(viewer, page) {
          const { accountId } = viewer
          if (!reading.isCurrent(accountId) || !rankedHome.isLatest(accountId)) return undefined
          return home.fromMemory(accountId, page)
        },
      },
    ],
  }
}
