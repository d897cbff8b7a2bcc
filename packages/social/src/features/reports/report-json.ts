// A report as Mastodon's Report, and as the Admin::Report that only the staff sees. Pure.

import type { AccountRow, PresentDeps } from "../accounts/account-json.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { PostView } from "../posts/post-view.ts"
import type { StatusContext } from "../posts/status-json.ts"
import { statusJson } from "../posts/status-json.ts"
import { adminAccountJson } from "../sign-ups/admin-account-json.ts"
import type { AdminAccountRow } from "../sign-ups/admin-accounts.ts"
import type { ReportRow } from "./report-store.ts"

export function reportJson(row: ReportRow, target: AccountRow, deps: PresentDeps): object {
  return {
    ...commonJson(row),
    status_ids: row.post_ids.map(String),
    rule_ids: row.rules.map((rule) => rule.id),
    collection_ids: null,
    target_account: accountJson(target, deps),
  }
}

/** What an Admin::Report speaks of, by id; posts that are deleted by now are missing. */
export interface ReportSubjects {
  readonly accounts: ReadonlyMap<number, AdminAccountRow>
  readonly posts: ReadonlyMap<number, PostView>
}

/** Undefined where one of the two members is not known at all. */
export function adminReportJson(
  row: ReportRow,
  subjects: ReportSubjects,
  context: StatusContext,
): object | undefined {
  const account = subjects.accounts.get(row.account_id)
  const target = subjects.accounts.get(row.target_id)
  if (!account || !target) return undefined
  const staff = (id: number | null) => {
    const one = id === null ? undefined : subjects.accounts.get(id)
    return one ? adminAccountJson(one, context) : null
  }
  return {
    ...commonJson(row),
    updated_at: row.updated_at.toISOString(),
    account: adminAccountJson(account, context),
    target_account: adminAccountJson(target, context),
    assigned_account: staff(row.assigned_id),
    action_taken_by_account: staff(row.resolved_by),
    statuses: row.post_ids.flatMap((id) => {
      const post = subjects.posts.get(id)
      return post ? [statusJson(post, context)] : []
    }),
    rules: row.rules.map((rule) => ({ ...rule, hint: "" })),
  }
}

function commonJson(row: ReportRow) {
  return {
    id: String(row.id),
    action_taken: row.resolved_at !== null,
    action_taken_at: row.resolved_at?.toISOString() ?? null,
    category: row.category,
    comment: row.comment,
    // There is no other server to tell.
    forwarded: false,
    created_at: row.created_at.toISOString(),
  }
}
