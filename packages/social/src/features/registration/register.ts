// Who may join, and how: the community's registration mode and invites, before an account is made. What is wrong is told at
// once and field by field, as apps know it.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { CommunitySettings } from "../community/community-settings.ts"
import type { CreateAccount, RegistrationProblems } from "../accounts/create-account.ts"
import { registrationInvalid } from "../accounts/create-account.ts"
import { isInviteCode } from "../invites/create-invite.ts"
import type { InviteStore } from "../invites/invite-store.ts"
import type { FollowAccount } from "../relationships/follow-account.ts"

export interface SignUp {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly agreement: boolean
  /** Why they want to join; for the staff. */
  readonly reason: string
  /** Empty: nobody invited them. */
  readonly inviteCode: string
  readonly locale: string | null
  /** The app that they join by; null: the server's own page. */
  readonly appId: number | null
}

export interface Registered {
  readonly id: number
  readonly username: string
  /** Whether the staff must let them in first. */
  readonly waits: boolean
}

export type Register = (signUp: SignUp) => Promise<Registered>

export interface RegisterDeps extends Pick<Core, "community" | "clock" | "log"> {
  readonly createAccount: CreateAccount
  readonly invites: InviteStore
  readonly followAccount: FollowAccount
}

/**
 * Fails with `account.registrations_closed`, `account.invite_required`, and `account.registration_invalid` with details by
 * field, `invite_code` and `reason` among them.
 */
export function createRegister(deps: RegisterDeps): Register {
  const { community, clock, createAccount, invites } = deps

  async function follow(accountId: number, inviterId: number): Promise<void> {
    try {
      await deps.followAccount(accountId, inviterId, {})
    } catch (error) {
      // The account is there; a follow that is refused is no reason to say that joining failed.
      deps.log.warn({ accountId, inviterId, error }, "who was invited could not follow who invited them")
    }
  }

  return async function register(signUp) {
    const settings = community.now()
    if (settings.registrations === "closed") throw new AppError("account.registrations_closed")
    const { inviteCode: code } = signUp
    if (code === "" && settings.registrations === "invite") throw new AppError("account.invite_required")
    const invite = isInviteCode(code) ? await invites.findUsable(code) : undefined
    const waits = settings.registrations === "approval" && !invite
    const { id, username } = await createAccount(signUp, {
      problems: {
        ...(code !== "" && !invite ? INVITE_ENDED : {}),
        ...(waits && lacksReason(signUp, settings) ? REASON_BLANK : {}),
      },
      waits,
      async alongside(tx, accountId) {
        if (invite && !(await invites.use(tx, code, accountId))) throw registrationInvalid(INVITE_ENDED)
        if (!waits) return
        await tx
          .insertInto("sign_up_requests")
          .values({
            account_id: accountId,
            reason: signUp.reason,
            locale: signUp.locale,
            app_id: signUp.appId,
            requested_at: new Date(clock.now()),
          })
          .execute()
      },
    })
    if (invite?.follow_inviter) await follow(id, invite.account_id)
    return { id, username, waits }
  }
}

const INVITE_ENDED: RegistrationProblems = {
  invite_code: [{ error: "ERR_INVALID", description: "is not valid, or has been used up" }],
}
const REASON_BLANK: RegistrationProblems = {
  reason: [{ error: "ERR_BLANK", description: "can't be blank" }],
}

function lacksReason({ reason }: SignUp, settings: CommunitySettings): boolean {
  return settings.reasonRequired && reason === ""
}
