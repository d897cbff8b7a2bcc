// Routes of lists of accounts: followers, following, requests, blocks, mutes, familiar followers.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Page } from "../../http/page.ts"
import { pageReply, route } from "../../http/route.ts"
import type { Reply, Route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { Accounts } from "../accounts/account-store.ts"
import type { AccountLists, ListedAccount } from "./account-lists.ts"
import type { LoadFamiliarFollowers } from "./familiar-followers.ts"

/** Accounts that one call of `familiar_followers` may name. */
const MAX_FAMILIAR = 40

const pageInput = z.object(pageFields(40, 80))
const ofInput = pageInput.extend({ id: field.id })

export interface AccountListRoutesDeps extends Pick<Core, "urls" | "emojis"> {
  readonly accounts: Accounts
  readonly accountLists: AccountLists
  readonly loadFamiliarFollowers: LoadFamiliarFollowers
}

export function createAccountListRoutes(deps: AccountListRoutesDeps): Route[] {
  const { accountLists } = deps

  function reply(rows: readonly ListedAccount[], page: Page): Reply {
    return pageReply(
      rows.map((row) => accountJson(row, deps)),
      pageEnds(rows, page, (row) => row.list_id),
    )
  }

  const ofAccount = (["followers", "following"] as const).map((list) =>
    route({
      method: "GET",
      path: `/api/v1/accounts/:id/${list}`,
      summary: list === "followers" ? "Who follows an account" : "Whom an account follows",
      access: "optional",
      scope: "read:accounts",
      input: ofInput,
      async handle({ input, viewer }) {
        if (!(await deps.accounts.find(input.id))) throw new AppError("record.not_found")
        return reply(await accountLists[list](input.id, viewer?.accountId, input), input)
      },
    }),
  )

  return [
    ...ofAccount,
    route({
      method: "GET",
      path: "/api/v1/follow_requests",
      summary: "Who asks to follow the member",
      access: "member",
      scope: "read:follows",
      input: pageInput,
      handle: async ({ input, viewer }) => reply(await accountLists.requests(viewer.accountId, input), input),
    }),
    route({
      method: "GET",
      path: "/api/v1/blocks",
      summary: "Whom the member blocks",
      access: "member",
      scope: "read:blocks",
      input: pageInput,
      handle: async ({ input, viewer }) => reply(await accountLists.blocked(viewer.accountId, input), input),
    }),
    route({
      method: "GET",
      path: "/api/v1/mutes",
      summary: "Whom the member mutes",
      access: "member",
      scope: "read:mutes",
      input: pageInput,
      async handle({ input, viewer }) {
        const rows = await accountLists.muted(viewer.accountId, input)
        const body = rows.map((row) => ({
          ...accountJson(row, deps),
          mute_expires_at: row.mute_expires_at?.toISOString() ?? null,
        }))
        return pageReply(
          body,
          pageEnds(rows, input, (row) => row.list_id),
        )
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts/familiar_followers",
      summary: "Followers of accounts whom the member follows",
      access: "member",
      scope: "read:follows",
      input: z.object({ id: field.list(field.id, MAX_FAMILIAR) }),
      async handle({ input, viewer }) {
        const found = await deps.loadFamiliarFollowers(viewer.accountId, input.id)
        return found.map(({ id, accounts }) => ({
          id: String(id),
          accounts: accounts.map((account) => accountJson(account, deps)),
        }))
      },
    }),
  ]
}
