// Which notifications make one group: likes and reposts of one post, and follows, that begin within a span of hours. Pure.
// Source: Mastodon's app/models/notification_group.rb and app/services/notify_service.rb.

/** Every type of notification that Aviary sends, under the names of the client API. */
export const notificationTypes = [
  "mention",
  "status",
  "reblog",
  "follow",
  "follow_request",
  "favourite",
  "poll",
  "update",
  "admin.sign_up",
  "admin.report",
] as const

export type NotificationType = (typeof notificationTypes)[number]

/** The types that clients see as groups unless they ask otherwise. */
export const groupedTypes: readonly NotificationType[] = ["favourite", "reblog", "follow"]

const HOUR_MS = 3_600_000
/** A group takes in what happens within this many hours of its first notification. */
const SPAN_HOURS = 12

/** What all groups of a kind begin with, e.g. `favourite-123`; undefined for types that are never grouped. */
function groupPrefix(type: NotificationType, postId: number | null): string | undefined {
  if (!groupedTypes.includes(type)) return undefined
  return type === "follow" ? "follow" : `${type}-${postId}`
}

/**
 * The keys of the groups that a notification of `at` may join, the one it would begin first, then ever older ones. Empty
 * for types that are never grouped.
 */
export function candidateGroupKeys(type: NotificationType, postId: number | null, at: Date): string[] {
  const prefix = groupPrefix(type, postId)
  if (prefix === undefined) return []
  const hour = Math.floor(at.getTime() / HOUR_MS)
  return Array.from({ length: SPAN_HOURS }, (_, ago) => `${prefix}-${hour - ago}`)
}

/** The key of a notification that stands alone. */
export function ungroupedKey(id: number): string {
  return `ungrouped-${id}`
}

/** The id in the key of a notification that stands alone; undefined for the key of a real group. */
export function ungroupedId(key: string): number | undefined {
  const match = /^ungrouped-(\d{1,16})$/.exec(key)
  return match ? Number(match[1]) : undefined
}
