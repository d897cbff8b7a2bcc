// Routes of accounts that members put forward on their profiles; `pin` and `unpin` are what older apps call it.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import type { Page } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import type { Reply, Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { Accounts } from "../accounts/account-store.ts"
import type { LoadRelationships } from "../relationships/load-relationships.ts"
import { relationshipJson } from "../relationships/relationship-json.ts"
import type { Endorsements } from "./endorsements.ts"

export interface EndorsementRouteDeps extends Pick<Core, "urls" | "emojis"> {
  readonly endorsements: Endorsements
  readonly accounts: Pick<Accounts, "find">
  readonly loadRelationships: LoadRelationships
}

const actions = [
  ["endorse", "endorse", "Put an account that one follows on one's profile"],
  ["pin", "endorse", "Put an account on one's profile, as older apps ask"],
  ["unendorse", "unendorse", "Take an account off one's profile"],
  ["unpin", "unendorse", "Take an account off one's profile, as older apps ask"],
] as const

export function createEndorsementRoutes(deps: EndorsementRouteDeps): Route[] {
  const { endorsements } = deps
  const pageInput = z.object(pageFields(40, 80))

  async function list(accountId: number, viewerId: number | undefined, page: Page): Promise<Reply> {
    const account = await deps.accounts.find(accountId)
    if (!account || account.suspended_at) throw new AppError("record.not_found")
    const rows = await endorsements.of(accountId, viewerId, page)
    return pageReply(
      rows.map((row) => accountJson(row, deps)),
      pageEnds(rows, page, (row) => row.list_id),
    )
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/endorsements",
      summary: "Accounts on the member's profile",
      access: "member",
      scope: "read:accounts",
      input: pageInput,
      handle: ({ input, viewer }) => list(viewer.accountId, viewer.accountId, input),
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts/:id/endorsements",
      summary: "Accounts on an account's profile",
      access: "optional",
      scope: "read:accounts",
      input: pageInput.extend({ id: field.id }),
      handle: ({ input, viewer }) => list(input.id, viewer?.accountId, input),
    }),
    ...actions.map(([name, action, summary]) =>
      route({
        method: "POST",
        path: `/api/v1/accounts/:id/${name}`,
        summary,
        access: "member",
        scope: "write:accounts",
        input: z.object({ id: field.id }),
        async handle({ input, viewer }) {
          await endorsements[action](viewer.accountId, input.id)
          const [relationship] = await deps.loadRelationships(viewer.accountId, [input.id], {
            withSuspended: true,
          })
          if (!relationship) throw new AppError("record.not_found")
          return relationshipJson(relationship)
        },
      }),
    ),
  ]
}
