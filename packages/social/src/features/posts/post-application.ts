// The app that a post was written with, as it is shown beside the post.

import type { Core } from "../../core.ts"
import type { PostApplication } from "../../db/schema.ts"

export type FindApplication = (appId: number) => Promise<PostApplication | null>

export function createFindApplication(deps: Pick<Core, "db">): FindApplication {
  return async function findApplication(appId) {
    const app = await deps.db
      .selectFrom("oauth_apps")
      .select(["name", "website"])
      .where("id", "=", appId)
      .executeTakeFirst()
    if (!app) return null
    // Clients make a link of it.
    const isLink = /^https?:\/\//i.test(app.website ?? "")
    return { name: app.name, website: isLink ? app.website : null }
  }
}
