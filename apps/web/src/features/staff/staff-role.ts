// Whether a role is one of the staff's. Pure.
// Source: https://docs.joinmastodon.org/entities/Role/#permission-flags

const ADMINISTRATOR = 0x1
const MANAGE_REPORTS = 0x10
const MANAGE_USERS = 0x400

/** Whether somebody of this role looks after reports and people. False for what cannot be read. */
export function isStaffRole(role: { readonly permissions: string } | undefined): boolean {
  const bits = Number(role?.permissions ?? 0)
  return Number.isSafeInteger(bits) && (bits & (ADMINISTRATOR | MANAGE_REPORTS | MANAGE_USERS)) !== 0
}
