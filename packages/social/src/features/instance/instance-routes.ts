// Routes that describe the community.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import { html } from "../web-pages/html.ts"
import { instanceJson, instanceV1Json, rulesJson } from "./instance-json.ts"
import type { InstanceView } from "./instance-json.ts"
import type { Usage } from "./usage-counts.ts"

export function createInstanceRoutes(deps: Core & { usage: Usage; pushKey: () => Promise<string> }): Route[] {
  const { settings, community, urls, usage, db } = deps

  async function view(): Promise<InstanceView> {
    const owner = await db
      .selectFrom("accounts")
      .selectAll()
      // As the index of owners says it.
      .where(sql<boolean>`role = 'owner'`)
      .where("suspended_at", "is", null)
      .orderBy("id")
      .limit(1)
      .executeTakeFirst()
    const [counts, pushKey] = await Promise.all([usage.counts(), deps.pushKey()])
    const contact = owner ? accountJson(owner, deps) : null
    return { settings, community: community.now(), urls, usage: counts, pushKey, contact }
  }

  function open(path: string, summary: string, handle: () => Promise<unknown>): Route {
    return route({ method: "GET", path, summary, access: "public", handle })
  }

  return [
    open("/api/v1/instance", "The community, in the older form", async () => instanceV1Json(await view())),
    open("/api/v2/instance", "The community and its limits", async () => instanceJson(await view())),
    open("/api/v1/instance/rules", "Its rules", async () => rulesJson(community.now())),
    open("/api/v1/instance/peers", "Other servers known: none", async () => []),
    open("/api/v1/instance/domain_blocks", "Other servers blocked: none", async () => []),
    open("/api/v1/instance/activity", "The last twelve weeks", async () =>
      (await usage.activity()).map((week) => ({
        week: String(Math.floor(week.startsAt.getTime() / 1000)),
        statuses: String(week.posts),
        logins: String(week.logins),
        registrations: String(week.registrations),
      })),
    ),
    open("/api/v1/instance/extended_description", "What the community says of itself", async () => ({
      content: html`<p>${community.now().description}</p>`.markup,
      updated_at: null,
    })),
    open("/api/v1/instance/privacy_policy", "The privacy policy", async () => ({
      content: "",
      updated_at: null,
    })),
    open("/api/v1/instance/terms_of_service", "The terms of service: none are set", async () => {
      throw new AppError("record.not_found")
    }),
    open(
      "/api/v1/instance/translation_languages",
      "Languages that posts can be translated to: none",
      async () => ({}),
    ),
  ]
}
