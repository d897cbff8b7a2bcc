// Routes of invites. Aviary's own API.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { Accounts } from "../accounts/account-store.ts"
import type { CreateInvite } from "./create-invite.ts"
import { isInviteCode, MAX_INVITE_SECONDS, MAX_USES } from "./create-invite.ts"
import type { Invite, InviteStore } from "./invite-store.ts"

const INVITES = "/api/aviary/v1/invites"
const LOOK_UPS_PER_MINUTE = 60

const absent = (value: unknown): unknown => (value === "" || value === null ? undefined : value)

const wish = z.object({
  max_uses: z.preprocess(absent, field.integer(1, MAX_USES).optional()),
  expires_in: z.preprocess(absent, field.integer(60, MAX_INVITE_SECONDS).optional()),
  follow_inviter: field.optionalFlag,
})

export interface InviteRoutesDeps extends Pick<Core, "urls" | "emojis" | "clock"> {
  readonly accounts: Accounts
  readonly invites: InviteStore
  readonly createInvite: CreateInvite
}

export function createInviteRoutes(deps: InviteRoutesDeps): Route[] {
  const { invites, createInvite, accounts } = deps

  async function own(accountId: number, id: number): Promise<Invite> {
    const invite = await invites.find(accountId, id)
    if (!invite) throw new AppError("record.not_found")
    return invite
  }

  return [
    route({
      method: "POST",
      path: INVITES,
      summary: "Make an invite",
      access: "member",
      scope: "write:accounts",
      input: wish,
      handle: async ({ input, viewer }) =>
        inviteJson(
          await createInvite(viewer, {
            maxUses: input.max_uses,
            expiresIn: input.expires_in,
            followInviter: input.follow_inviter ?? true,
          }),
          deps,
        ),
    }),
    route({
      method: "GET",
      path: INVITES,
      summary: "The member's invites, newest first",
      access: "member",
      scope: "read:accounts",
      input: z.object(pageFields(40, 80)),
      async handle({ input, viewer }) {
        const rows = await invites.list(viewer.accountId, input)
        return pageReply(
          rows.map((row) => inviteJson(row, deps)),
          pageEnds(rows, input, (row) => row.id),
        )
      },
    }),
    route({
      method: "GET",
      path: `${INVITES}/:id`,
      summary: "One of them",
      access: "member",
      scope: "read:accounts",
      input: z.object({ id: field.id }),
      handle: async ({ input, viewer }) => inviteJson(await own(viewer.accountId, input.id), deps),
    }),
    route({
      method: "DELETE",
      path: `${INVITES}/:id`,
      summary: "Revoke it: nobody comes by it any more",
      access: "member",
      scope: "write:accounts",
      input: z.object({ id: field.id }),
      async handle({ input, viewer }) {
        if (!(await invites.revoke(viewer.accountId, input.id))) throw new AppError("record.not_found")
        return inviteJson(await own(viewer.accountId, input.id), deps)
      },
    }),
    route({
      method: "GET",
      path: `${INVITES}/:id/accounts`,
      summary: "Who came by it, newest first",
      access: "member",
      scope: "read:accounts",
      input: z.object({ id: field.id, ...pageFields(40, 80) }),
      async handle({ input, viewer }) {
        await own(viewer.accountId, input.id)
        const rows = await invites.listInvited(input.id, input)
        const shown = await accounts.load(rows.map((row) => row.account_id))
        return pageReply(
          shown.map((row) => accountJson(row, deps)),
          pageEnds(rows, input, (row) => row.account_id),
        )
      },
    }),
    route({
      method: "GET",
      path: "/api/aviary/v1/invitation",
      summary: "Whether a code still lets somebody in, and who invites",
      access: "public",
      input: z.object({ code: field.text(100) }),
      perMinute: LOOK_UPS_PER_MINUTE,
      async handle({ input }) {
        const invite = isInviteCode(input.code) ? await invites.findUsable(input.code) : undefined
        const inviter = invite && (await accounts.find(invite.account_id))
        if (!invite || !inviter) throw new AppError("record.not_found")
        return {
          code: invite.code,
          account: accountJson(inviter, deps),
          expires_at: invite.expires_at?.toISOString() ?? null,
        }
      },
    }),
  ]
}

function inviteJson(invite: Invite, { urls, clock }: Pick<Core, "urls" | "clock">): object {
  const ended =
    invite.revoked_at !== null ||
    (invite.expires_at !== null && invite.expires_at.getTime() <= clock.now()) ||
    (invite.max_uses !== null && invite.uses >= invite.max_uses)
  return {
    id: String(invite.id),
    code: invite.code,
    url: `${urls.base}/auth/sign_up?${new URLSearchParams({ invite: invite.code }).toString()}`,
    max_uses: invite.max_uses,
    uses: invite.uses,
    follow_inviter: invite.follow_inviter,
    expires_at: invite.expires_at?.toISOString() ?? null,
    revoked_at: invite.revoked_at?.toISOString() ?? null,
    created_at: invite.created_at.toISOString(),
    usable: !ended,
  }
}
