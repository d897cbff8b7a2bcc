// What stands between a member and another account, as Mastodon's Relationship. Pure.

import type { RelationshipView } from "./load-relationships.ts"

export function relationshipJson(view: RelationshipView): object {
  return {
    id: String(view.id),
    following: view.following,
    showing_reblogs: view.show_reposts,
    notifying: view.notify,
    languages: view.languages,
    followed_by: view.followed_by,
    blocking: view.blocking,
    blocked_by: view.blocked_by,
    muting: view.muting,
    muting_notifications: view.muting_notifications,
    muting_expires_at: view.mute_expires_at?.toISOString() ?? null,
    requested: view.requested,
    requested_by: view.requested_by,
    domain_blocking: false,
    endorsed: view.endorsed,
    note: view.note,
  }
}
