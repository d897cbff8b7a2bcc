// Routes of a member's preferences, of what only Aviary has. Described in docs/api.md.

import { z } from "zod"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { ChangeProfile } from "../accounts/change-profile.ts"
import type { MemberPreferences, Preferences } from "./preferences.ts"
import { preferenceChanges } from "./preferences.ts"

const PATH = "/api/aviary/v1/preferences"

const input = preferenceChanges.extend({ home_order: z.enum(["latest", "ranked"]).optional() })

export function createPreferenceRoutes(
  deps: Pick<Core, "db"> & { preferences: MemberPreferences; changeProfile: ChangeProfile },
): Route[] {
  const { db, preferences, changeProfile } = deps

  async function show(accountId: number): Promise<object> {
    const row = await db
      .selectFrom("accounts")
      .select("home_order")
      .where("id", "=", accountId)
      .executeTakeFirstOrThrow()
    return { ...row, ...(await preferences.of(accountId)) }
  }

  return [
    route({
      method: "GET",
      path: PATH,
      summary: "What the member has chosen of what only Aviary has",
      access: "member",
      scope: "read:accounts",
      handle: ({ viewer }) => show(viewer.accountId),
    }),
    route({
      method: "PATCH",
      path: PATH,
      summary: "Changes it",
      access: "member",
      scope: "write:accounts",
      input,
      async handle({ input: { home_order: homeOrder, ...rest }, viewer }) {
        if (homeOrder) await changeProfile(viewer.accountId, { home_order: homeOrder })
        const changes = given(rest)
        if (Object.keys(changes).length > 0) await preferences.change(viewer.accountId, changes)
        return show(viewer.accountId)
      },
    }),
  ]
}

function given(input: z.infer<typeof preferenceChanges>): Partial<Preferences> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}
