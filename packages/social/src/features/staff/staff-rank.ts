// Who of the staff may do what to whom. Pure.

import { AppError } from "@aviary/kit"
import type { Role } from "../../db/schema.ts"
import type { Member } from "../../http/viewer.ts"

const RANKS: Readonly<Record<Role, number>> = { member: 0, moderator: 1, admin: 2, owner: 3 }

export function isStaff(role: Role): boolean {
  return role !== "member"
}

/** Fails with `auth.forbidden`. */
export function requireStaff(viewer: Member): void {
  if (!isStaff(viewer.role)) throw new AppError("auth.forbidden")
}

/** Whether somebody may act on another one's account: the staff on members, and on staff of a lower rank. */
export function outranks(actor: Role, target: Role): boolean {
  return isStaff(actor) && RANKS[actor] > RANKS[target]
}
