// Notifications as Mastodon's Notification, NotificationGroup and GroupedNotificationsResults. Pure.

import type { AccountJson, AccountRow, PresentDeps } from "../accounts/account-json.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { PostView } from "../posts/post-view.ts"
import type { StatusContext } from "../posts/status-json.ts"
import { statusJson } from "../posts/status-json.ts"
import { reportJson } from "../reports/report-json.ts"
import type { ReportRow } from "../reports/report-store.ts"
import type { NotificationGroup } from "./notification-groups.ts"
import type { NotificationRow } from "./notification-store.ts"

/** The accounts, posts and reports that notifications speak of, by id. */
export interface NotificationSubjects {
  readonly accounts: ReadonlyMap<number, AccountRow>
  readonly posts: ReadonlyMap<number, PostView>
  readonly reports: ReadonlyMap<number, ReportRow>
}

/** Undefined when what it speaks of is gone in the meantime. */
export function notificationJson(
  row: NotificationRow,
  subjects: NotificationSubjects,
  context: StatusContext,
): object | undefined {
  const account = subjects.accounts.get(row.from_account_id)
  const post = row.post_id === null ? undefined : subjects.posts.get(row.post_id)
  const report = reportOf(row, subjects, context)
  if (!account || (row.post_id !== null && !post) || (row.report_id !== null && !report)) return undefined
  return {
    id: String(row.id),
    type: row.type,
    created_at: row.created_at.toISOString(),
    group_key: row.group_key,
    account: accountJson(account, context),
    ...(post ? { status: statusJson(post, context) } : {}),
    ...(report ? { report } : {}),
  }
}

function reportOf(
  { report_id: id }: { readonly report_id: number | null },
  { reports, accounts }: NotificationSubjects,
  deps: PresentDeps,
): object | undefined {
  const report = id === null ? undefined : reports.get(id)
  const target = report && accounts.get(report.target_id)
  return report && target ? reportJson(report, target, deps) : undefined
}

export interface GroupedOptions {
  /** Only the newest account of each group in full, of the others what an avatar needs. */
  readonly partialAvatars: boolean
  /** Whether the groups are of a page, which gives them the ends of their part in it. */
  readonly paged: boolean
}

export function groupedNotificationsJson(
  groups: readonly NotificationGroup[],
  subjects: NotificationSubjects,
  context: StatusContext & { options: GroupedOptions },
): object {
  const { options } = context
  const shown = groups.filter(
    (group) =>
      (group.post_id === null || subjects.posts.has(group.post_id)) &&
      (group.report_id === null || subjects.reports.has(group.report_id)),
  )
  const sampled = new Set(shown.flatMap((group) => group.account_ids))
  const leading = new Set(shown.flatMap((group) => group.account_ids.slice(0, 1)))
  const full = options.partialAvatars ? leading : sampled
  const postIds = new Set(shown.flatMap((group) => group.post_id ?? []))
  return {
    accounts: accountsOf(full, subjects).map((account) => accountJson(account, context)),
    ...(options.partialAvatars
      ? {
          partial_accounts: accountsOf(sampled.difference(leading), subjects).map((account) =>
            partialAccountJson(account, context),
          ),
        }
      : {}),
    statuses: [...postIds].flatMap((id) => {
      const post = subjects.posts.get(id)
      return post ? [statusJson(post, context)] : []
    }),
    notification_groups: shown.map((group) => ({
      ...groupJson(group, subjects, options.paged),
      ...(group.report_id === null ? {} : { report: reportOf(group, subjects, context) }),
    })),
  }
}

function groupJson(group: NotificationGroup, subjects: NotificationSubjects, paged: boolean): object {
  const accounts = [...new Set(group.account_ids)].filter((id) => subjects.accounts.has(id))
  return {
    group_key: group.key,
    notifications_count: group.count,
    type: group.type,
    most_recent_notification_id: group.newest,
    page_min_id: paged ? String(group.page_min) : null,
    page_max_id: paged ? String(group.page_max) : null,
    latest_page_notification_at: paged ? group.newest_at.toISOString() : null,
    sample_account_ids: accounts.map(String),
    ...(group.post_id === null ? {} : { status_id: String(group.post_id) }),
  }
}

function accountsOf(ids: ReadonlySet<number>, subjects: NotificationSubjects): AccountRow[] {
  return [...ids].flatMap((id) => subjects.accounts.get(id) ?? [])
}

function partialAccountJson(row: AccountRow, deps: PresentDeps): Partial<AccountJson> {
  const { id, acct, locked, bot, url, avatar, avatar_static } = accountJson(row, deps)
  return { id, acct, locked, bot, url, avatar, avatar_static }
}
