// An account as Mastodon's Admin::Account. Pure.

import type { PresentDeps } from "../accounts/account-json.ts"
import { accountJson, roleJson } from "../accounts/account-json.ts"
import type { AdminAccountRow } from "./admin-accounts.ts"

export function adminAccountJson(row: AdminAccountRow, deps: PresentDeps): object {
  const waits = row.request_reason !== null
  return {
    id: String(row.id),
    username: row.username,
    domain: null,
    created_at: row.created_at.toISOString(),
    email: row.email,
    // Addresses of members are not kept.
    ip: null,
    ips: [],
    locale: row.request_locale ?? "",
    invite_request: row.request_reason === "" ? null : row.request_reason,
    role: roleJson(row.role),
    // Addresses for mail are not confirmed here.
    confirmed: true,
    approved: !waits,
    disabled: false,
    silenced: false,
    sensitized: false,
    suspended: row.suspended_at !== null && !waits,
    created_by_application_id: row.request_app_id === null ? null : String(row.request_app_id),
    invited_by_account_id: row.invited_by === null ? null : String(row.invited_by),
    account: accountJson(waits ? { ...row, suspended_at: null } : row, deps),
  }
}
