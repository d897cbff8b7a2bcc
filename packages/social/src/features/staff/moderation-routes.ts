// Routes by which the staff acts on an account.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { cleanText } from "../../text/clean-text.ts"
import { adminAccountJson } from "../sign-ups/admin-account-json.ts"
import type { AdminAccounts } from "../sign-ups/admin-accounts.ts"
import type { ModerateAccount } from "./moderate-account.ts"
import { MODERATIONS } from "./staff-events.ts"
import { requireStaff } from "./staff-rank.ts"

const MAX_TEXT = 2_000

const action = z.object({
  id: field.id,
  type: z.enum(MODERATIONS),
  report_id: field.optionalId,
  text: field
    .optionalText(MAX_TEXT * 4)
    .transform((text) => cleanText(text ?? ""))
    .pipe(z.string().max(MAX_TEXT)),
})

export function createModerationRoutes(
  deps: Pick<Core, "urls" | "emojis"> & { accounts: AdminAccounts; moderateAccount: ModerateAccount },
): Route[] {
  const { accounts, moderateAccount } = deps
  return [
    route({
      method: "POST",
      path: "/api/v1/admin/accounts/:id/action",
      summary: "Suspend an account, or put down that nothing was needed; settles a report where one is named",
      access: "member",
      scope: "admin:write:accounts",
      input: action,
      async handle({ input, viewer }) {
        requireStaff(viewer)
        await moderateAccount.act(viewer, {
          accountId: input.id,
          action: input.type,
          text: input.text,
          reportId: input.report_id,
        })
        return {}
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/admin/accounts/:id/unsuspend",
      summary: "End a suspension",
      access: "member",
      scope: "admin:write:accounts",
      input: z.object({ id: field.id }),
      async handle({ input: { id }, viewer }) {
        requireStaff(viewer)
        await moderateAccount.unsuspend(viewer, id)
        return adminAccountJson(await accounts.find(id), deps)
      },
    }),
  ]
}
