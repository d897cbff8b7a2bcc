// Grouped notifications of several pages as one list, each with the people and the post that it is about. Pure.

import type {
  Account,
  GroupedNotifications,
  NotificationGroup,
  NotificationType,
  Status,
} from "../../api/entities.ts"

export interface NotificationEntry {
  readonly key: string
  readonly type: NotificationType
  /** How many people or events. */
  readonly count: number
  /** Newest first; as many as the server names. */
  readonly accounts: readonly Account[]
  readonly status: Status | undefined
  /** ISO 8601, of the newest of the group. */
  readonly at: string | undefined
  readonly newestId: string
}

/** A group that grew while pages were read stands where it came first. */
export function entriesOf(pages: readonly GroupedNotifications[]): NotificationEntry[] {
  const accounts = new Map(pages.flatMap((page) => page.accounts.map((account) => [account.id, account])))
  const statuses = new Map(pages.flatMap((page) => page.statuses.map((status) => [status.id, status])))
  const seen = new Set<string>()
  return pages
    .flatMap((page) => page.notification_groups)
    .filter(({ group_key }) => !seen.has(group_key) && seen.add(group_key))
    .map((group) => entryOf(group, { accounts, statuses }))
}

interface Known {
  readonly accounts: ReadonlyMap<string, Account>
  readonly statuses: ReadonlyMap<string, Status>
}

function entryOf(group: NotificationGroup, { accounts, statuses }: Known): NotificationEntry {
  return {
    key: group.group_key,
    type: group.type,
    count: group.notifications_count,
    accounts: group.sample_account_ids.flatMap((id) => accounts.get(id) ?? []),
    status: typeof group.status_id === "string" ? statuses.get(group.status_id) : undefined,
    at: group.latest_page_notification_at,
    newestId: String(group.most_recent_notification_id),
  }
}

/** Whether it came after what was read last. Ids are numbers of any length. */
export function isUnread(
  { newestId }: Pick<NotificationEntry, "newestId">,
  lastReadId: string | undefined,
): boolean {
  if (lastReadId === undefined) return false
  if (newestId.length !== lastReadId.length) return newestId.length > lastReadId.length
  return newestId > lastReadId
}

export function newestOf(entries: readonly NotificationEntry[]): string | undefined {
  return entries.reduce<string | undefined>(
    (newest, entry) => (newest === undefined || isUnread(entry, newest) ? entry.newestId : newest),
    undefined,
  )
}
