// Routes of what is talked about: hashtags, posts, links, and the posts with such a link.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
import { tagJson } from "../tags/tag-json.ts"
import type { Tags } from "../tags/tags.ts"
import type { PublicTimelines } from "../timelines/public-timelines.ts"
import { linkJson } from "./link-json.ts"
import type { LinkUse } from "./link-json.ts"
import type { Trending } from "./trending.ts"

export interface TrendRouteDeps extends Pick<Core, "db" | "urls" | "clock"> {
  readonly trending: Trending
  readonly tags: Pick<Tags, "views">
  readonly timelines: Pick<PublicTimelines, "among">
  readonly replies: StatusReplies
}

const MAX_OFFSET = 200

const offset = z.preprocess(
  (value) => (value === "" || value === null ? undefined : value),
  field.integer(0, MAX_OFFSET).default(0),
)

const open = { method: "GET", access: "optional", scope: "read" } as const

export function createTrendRoutes(deps: TrendRouteDeps): Route[] {
  const { trending, timelines, replies } = deps
  const tagRoutes = ["/api/v1/trends/tags", "/api/v1/trends"].map((path) =>
    route({
      ...open,
      path,
      summary: path.endsWith("/tags") ? "Trending hashtags" : "Trending hashtags, by their older path",
      input: z.object({ limit: field.limit(10, 20), offset }),
      async handle({ input, viewer }) {
        const names = (await trending.tags()).slice(input.offset, input.offset + input.limit)
        return (await deps.tags.views(names, viewer?.accountId)).map((tag) => tagJson(tag, deps))
      },
    }),
  )
  return [
    ...tagRoutes,
    route({
      ...open,
      path: "/api/v1/trends/statuses",
      summary: "Trending posts",
      input: z.object({ limit: field.limit(20, 40), offset }),
      async handle(request) {
        const { input, viewer } = request
        const ids = await trending.posts()
        // What the viewer may not see or hides takes nobody's place.
        const shown = new Set(
          await timelines.among(viewer?.accountId, ids, { limit: Math.max(1, ids.length) }),
        )
        const page = ids.filter((id) => shown.has(id)).slice(input.offset, input.offset + input.limit)
        return replies.listed(page, request, "public")
      },
    }),
    route({
      ...open,
      path: "/api/v1/trends/links",
      summary: "Trending links, by their addresses: nothing is fetched from where they lead",
      input: z.object({ limit: field.limit(10, 20), offset }),
      async handle({ input }) {
        const links = (await trending.links()).slice(input.offset, input.offset + input.limit)
        const uses = await findUses(deps, links.flatMap((link) => link.postIds)) // prettier-ignore
        return links.map(
          (link) =>
          linkJson(link.url, link.postIds.flatMap((id) => uses.get(id) ?? []), deps.clock.now()), // prettier-ignore
        )
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/link",
      summary: "Posts with a trending link",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ ...pageFields(20, 40), url: field.text(2_048) }),
      async handle(request) {
        const { input, viewer } = request
        const link = (await trending.links()).find((one) => one.url === input.url)
        if (!link) throw new AppError("record.not_found")
        return replies.page(request, input, {
          context: "public",
          read: (page) => timelines.among(viewer?.accountId, link.postIds, page),
        })
      },
    }),
  ]
}

/** Those of the posts that are still there, by their ids. */
async function findUses({ db }: Pick<Core, "db">, ids: readonly number[]): Promise<Map<number, LinkUse>> {
  const found = await sql<LinkUse>`SELECT id, author_id FROM posts WHERE id = ANY(${[...ids]}::bigint[])`.execute(db) // prettier-ignore
  return new Map(found.rows.map((row) => [row.id, row]))
}
