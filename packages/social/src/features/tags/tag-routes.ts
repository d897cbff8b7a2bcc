// Routes of hashtags.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { tagJson } from "./tag-json.ts"
import type { Tags } from "./tags.ts"

export function createTagRoutes(deps: Pick<Core, "urls"> & { tags: Tags }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/tags/:name",
      summary: "A hashtag, and how much it was used in the last seven days",
      access: "optional",
      scope: "read",
      input: z.object({ name: field.text(500) }),
      async handle({ input, viewer }) {
        const tag = await deps.tags.find(input.name)
        if (!tag) throw new AppError("record.not_found")
        return tagJson(tag, { ...deps, viewerId: viewer?.accountId })
      },
    }),
  ]
}
