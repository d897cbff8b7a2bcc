// What an event makes wrong in answers that were kept. Counts and new posts are left to the short time that answers are kept;
// what was changed, taken back or forbidden is purged at once. Pure.

import type { StoredDomainEvent } from "../../events/catalogue.ts"
import { accountTag, postTag, sharedTags } from "./keep-policies.ts"

/** The tags to purge for an event; none for most. */
export function purgeTags(event: StoredDomainEvent): readonly string[] {
  switch (event.type) {
    case "post.edited":
    case "post.deleted":
    case "post.repost_removed":
      return [postTag(event.data.id), accountTag(event.data.author_id), sharedTags.lists]
    case "account.profile_changed":
      // Where posts show it, the old name goes with the time that they are kept.
      return [accountTag(event.data.id)]
    case "account.suspended":
    case "account.unsuspended":
      // Any answer may show the account or a post of it.
      return [accountTag(event.data.id), sharedTags.accounts]
    case "emoji.added":
    case "emoji.removed":
      return [sharedTags.server, sharedTags.posts, sharedTags.accounts]
    case "community.settings_changed":
      return [sharedTags.server]
    default:
      return []
  }
}
