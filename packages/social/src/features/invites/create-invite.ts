// Makes an invite, where the community lets its member invite. Codes are random: whoever has one may join.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Member } from "../../http/viewer.ts"
import type { Invite, InviteStore } from "./invite-store.ts"

/** Invites of one member that can be used at the same time. */
const MAX_INVITES = 100
/** Times that one invite may let somebody in. */
export const MAX_USES = 1_000
/** Seconds: a year. */
export const MAX_INVITE_SECONDS = 31_536_000

const CODE_LENGTH = 16

export interface InviteWish {
  /** Undefined: any number. */
  readonly maxUses: number | undefined
  /** Seconds from now; undefined: it does not end. */
  readonly expiresIn: number | undefined
  /** Whether who comes by it follows the member. */
  readonly followInviter: boolean
}

export type CreateInvite = (member: Member, wish: InviteWish) => Promise<Invite>

/** Fails with `invite.not_allowed` where the community does not let the member invite, and `invite.too_many`. */
export function createCreateInvite(
  deps: Pick<Core, "community" | "clock" | "randomToken"> & { invites: InviteStore },
): CreateInvite {
  const { community, clock, randomToken, invites } = deps
  return async function createInvite(member, { maxUses, expiresIn, followInviter }) {
    const now = community.now()
    const isStaff = member.role !== "member"
    if (now.registrations === "closed" || (now.invites === "staff" && !isStaff)) {
      throw new AppError("invite.not_allowed")
    }
    if ((await invites.countUsable(member.accountId)) >= MAX_INVITES) {
      throw new AppError("invite.too_many", { limit: MAX_INVITES })
    }
    return invites.create({
      accountId: member.accountId,
      // 96 bits of it.
      code: randomToken().slice(0, CODE_LENGTH),
      maxUses: maxUses ?? null,
      expiresAt: expiresIn === undefined ? null : new Date(clock.now() + expiresIn * 1_000),
      followInviter,
    })
  }
}

/** What can be a code; anything else need not be looked for. */
export function isInviteCode(text: string): boolean {
  return /^[\w-]{16}$/.test(text)
}
