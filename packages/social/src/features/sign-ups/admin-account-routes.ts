// Routes of the staff's list of accounts, and of answering who waits to join.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { requireStaff } from "../staff/staff-rank.ts"
import { adminAccountJson } from "./admin-account-json.ts"
import type { AdminAccountFilter, AdminAccounts } from "./admin-accounts.ts"
import type { AnswerSignUp } from "./answer-sign-up.ts"

const MAX_TEXT = 300
const prefix = field.optionalText(MAX_TEXT).transform((text) => text?.trim() || undefined)

const common = {
  username: prefix.transform((name) => name?.toLowerCase()),
  display_name: prefix,
  email: prefix.transform((email) => email?.toLowerCase()),
  ...pageFields(100, 200),
}

const olderInput = z.object({
  ...common,
  active: field.optionalFlag,
  pending: field.optionalFlag,
  suspended: field.optionalFlag,
  remote: field.optionalFlag,
  staff: field.optionalFlag,
})

const input = z.object({
  ...common,
  origin: prefix,
  status: prefix,
  permissions: prefix,
  invited_by: field.optionalId,
})

export interface AdminAccountRoutesDeps extends Pick<Core, "urls" | "emojis"> {
  readonly accounts: AdminAccounts
  readonly answerSignUp: AnswerSignUp
}

export function createAdminAccountRoutes(deps: AdminAccountRoutesDeps): Route[] {
  const { accounts, answerSignUp } = deps

  async function page(filter: AdminAccountFilter | undefined, at: z.infer<typeof input>) {
    const rows = filter ? await accounts.list(filter, at) : []
    return pageReply(
      rows.map((row) => adminAccountJson(row, deps)),
      pageEnds(rows, at, (row) => row.id),
    )
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/admin/accounts",
      summary: "Accounts, for the staff; in the older form",
      access: "member",
      scope: "admin:read:accounts",
      input: olderInput,
      handle: ({ input: given, viewer }) => {
        requireStaff(viewer)
        const status = given.pending ? "pending" : given.suspended ? "suspended" : given.active ? "active" : undefined // prettier-ignore
        return page(given.remote ? undefined : filterOf(given, { status, staff: given.staff === true }), {
          ...given,
          origin: undefined,
          status: undefined,
          permissions: undefined,
          invited_by: undefined,
        })
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/admin/accounts",
      summary: "Accounts, for the staff",
      access: "member",
      scope: "admin:read:accounts",
      input,
      handle: ({ input: given, viewer }) => {
        requireStaff(viewer)
        return page(filterOfNewer(given), given)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/admin/accounts/:id",
      summary: "One account, for the staff",
      access: "member",
      scope: "admin:read:accounts",
      input: z.object({ id: field.id }),
      async handle({ input: { id }, viewer }) {
        requireStaff(viewer)
        return adminAccountJson(await accounts.find(id), deps)
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/admin/accounts/:id/approve",
      summary: "Let in who waits to join",
      access: "member",
      scope: "admin:write:accounts",
      input: z.object({ id: field.id }),
      async handle({ input: { id }, viewer }) {
        requireStaff(viewer)
        await answerSignUp.approve(viewer.accountId, id)
        return adminAccountJson(await accounts.find(id), deps)
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/admin/accounts/:id/reject",
      summary: "Turn away who waits to join; their account goes",
      access: "member",
      scope: "admin:write:accounts",
      input: z.object({ id: field.id }),
      async handle({ input: { id }, viewer }) {
        requireStaff(viewer)
        const row = await accounts.find(id)
        await answerSignUp.reject(viewer.accountId, id)
        return adminAccountJson(row, deps)
      },
    }),
  ]
}

function filterOf(
  given: Pick<z.infer<typeof input>, "username" | "display_name" | "email">,
  more: Partial<AdminAccountFilter>,
): AdminAccountFilter {
  return {
    username: given.username,
    email: given.email,
    displayName: given.display_name,
    status: undefined,
    staff: false,
    invitedBy: undefined,
    ...more,
  }
}

/** Undefined where nobody can match: other servers, and states that accounts do not have here. */
function filterOfNewer(given: z.infer<typeof input>): AdminAccountFilter | undefined {
  const { origin, status, permissions } = given
  if (origin !== undefined && origin !== "local") return undefined
  if (status !== undefined && status !== "active" && status !== "pending" && status !== "suspended")
    return undefined
  return filterOf(given, { status, staff: permissions === "staff", invitedBy: given.invited_by })
}
