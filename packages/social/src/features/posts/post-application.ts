// The app that a post was written with, as it is shown beside the post.

import type { Core } from "../../core.ts"
import type { PostApplication } from "../../db/schema.ts"

export type FindApplication = (appId: number) => Promise<PostApplication | null>

/** Apps kept in memory; beyond that the oldest is forgotten. An app never changes once it is registered. */
const KEPT = 1_000

export function createFindApplication(deps: Pick<Core, "db">): FindApplication {
  const known = new Map<number, PostApplication>()

  async function read(appId: number): Promise<PostApplication | null> {
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

  return async function findApplication(appId) {
    const kept = known.get(appId)
    if (kept) return kept
    const application = await read(appId)
    if (application) known.set(appId, application)
    const oldest = known.keys().next().value
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest)
    return application
  }
}
