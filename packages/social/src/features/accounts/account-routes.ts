// Routes that show accounts and their posts. What members do to each other is in ../relationships/relationship-routes.ts.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import { pageReply, route } from "../../http/route.ts"
import type { Route } from "../../http/route.ts"
import { normalizeHashtag } from "../../text/hashtag-name.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
import type { AccountRow } from "./account-json.ts"
import { accountJson } from "./account-json.ts"
import type { AccountPosts } from "./account-posts.ts"
import type { Accounts } from "./account-store.ts"

/** Accounts that one call shows by their ids. */
const MAX_BY_ID = 40

const idInput = z.object({ id: field.id })

export interface AccountRoutesDeps extends Pick<Core, "urls" | "emojis"> {
  readonly accounts: Accounts
  readonly accountPosts: AccountPosts
  readonly replies: StatusReplies
}

export function createAccountRoutes(deps: AccountRoutesDeps): Route[] {
  const { accounts } = deps

  async function requireAccount(id: number): Promise<AccountRow> {
    const account = await accounts.find(id)
    if (!account) throw new AppError("record.not_found")
    return account
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/accounts/:id",
      summary: "Show an account",
      access: "optional",
      scope: "read:accounts",
      input: idInput,
      handle: async ({ input }) => accountJson(await requireAccount(input.id), deps),
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts",
      summary: "Show several accounts",
      access: "optional",
      scope: "read:accounts",
      input: z.object({ id: field.list(field.id, MAX_BY_ID) }),
      handle: async ({ input }) => (await accounts.load(input.id)).map((row) => accountJson(row, deps)),
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts/lookup",
      summary: "Find an account by its address",
      access: "optional",
      scope: "read:accounts",
      input: z.object({ acct: field.text(500) }),
      async handle({ input }) {
        const account = await accounts.findByAddress(input.acct)
        if (!account || account.suspended_at) throw new AppError("record.not_found")
        return accountJson(account, deps)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts/:id/statuses",
      summary: "Posts of an account",
      access: "optional",
      scope: "read:statuses",
      input: z.object({
        id: field.id,
        ...pageFields(20, 40),
        pinned: field.optionalFlag,
        exclude_replies: field.optionalFlag,
        exclude_reblogs: field.optionalFlag,
        only_media: field.optionalFlag,
        tagged: field.optionalText(500),
      }),
      async handle({ input, viewer, headers }) {
        await requireAccount(input.id)
        const viewerId = viewer?.accountId
        const filter = {
          excludeReplies: input.exclude_replies ?? false,
          excludeReposts: input.exclude_reblogs ?? false,
          onlyMedia: input.only_media ?? false,
          tag: input.tagged ? normalizeHashtag(input.tagged) : undefined,
        }
        if (!input.pinned) {
          return deps.replies.page({ viewer, headers }, input, {
            context: "account",
            read: (page) => deps.accountPosts.list(input.id, viewerId, { page, filter }),
          })
        }
        // What an account wants to be seen first is few, and paged by another id.
        const { ids, cursors } = await deps.accountPosts.pinned(input.id, viewerId, input)
        return pageReply(
          await deps.replies.listed(ids, { viewer, headers }, "account"),
          pageEnds(cursors, input, (cursor) => cursor),
        )
      },
    }),
  ]
}
