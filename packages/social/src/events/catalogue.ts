// Every event type of the network, composed from the features, and the tables that they are projected into.

import { accountEvents } from "../features/accounts/account-events.ts"
import type { AccountEvent } from "../features/accounts/account-events.ts"
import { communityEvents } from "../features/community/community-events.ts"
import type { CommunityEvent } from "../features/community/community-events.ts"
import { announcementEvents } from "../features/announcements/announcement-events.ts"
import type { AnnouncementEvent } from "../features/announcements/announcement-events.ts"
import { emojiEvents } from "../features/emojis/emoji-events.ts"
import type { EmojiEvent } from "../features/emojis/emoji-events.ts"
import { featuredEvents } from "../features/featured/featured-events.ts"
import type { FeaturedEvent } from "../features/featured/featured-events.ts"
import { filterEvents } from "../features/filters/filter-events.ts"
import type { FilterEvent } from "../features/filters/filter-events.ts"
import { listEvents } from "../features/lists/list-events.ts"
import type { ListEvent } from "../features/lists/list-events.ts"
import { mediaEvents } from "../features/media/media-events.ts"
import type { MediaEvent } from "../features/media/media-events.ts"
import { pollEvents } from "../features/polls/poll-events.ts"
import type { PollEvent } from "../features/polls/poll-events.ts"
import { markEvents } from "../features/posts/mark-projections.ts"
import type { MarkEvent, PostEvent } from "../features/posts/post-events.ts"
import { postEvents } from "../features/posts/post-projections.ts"
import { relationshipEvents } from "../features/relationships/relationship-events.ts"
import type { RelationshipEvent } from "../features/relationships/relationship-events.ts"
import { reportEvents } from "../features/reports/report-events.ts"
import type { ReportEvent } from "../features/reports/report-events.ts"
import { staffEvents } from "../features/staff/staff-events.ts"
import type { StaffEvent } from "../features/staff/staff-events.ts"
import { tagEvents } from "../features/tags/tag-events.ts"
import type { TagEvent } from "../features/tags/tag-events.ts"
import type { StoredEvent } from "./event.ts"
import type { EventTypes } from "./projection.ts"

export type DomainEvent =
  | AccountEvent
  | CommunityEvent
  | AnnouncementEvent
  | EmojiEvent
  | FeaturedEvent
  | FilterEvent
  | ListEvent
  | MarkEvent
  | MediaEvent
  | PollEvent
  | PostEvent
  | RelationshipEvent
  | ReportEvent
  | StaffEvent
  | TagEvent

/** An event of the log, to be told apart by its type. */
export type StoredDomainEvent = {
  [E in DomainEvent as E["type"]]: StoredEvent<E> & { type: E["type"] }
}[DomainEvent["type"]]

export const eventTypes: EventTypes<DomainEvent> = {
  ...accountEvents,
  ...communityEvents,
  ...announcementEvents,
  ...emojiEvents,
  ...featuredEvents,
  ...filterEvents,
  ...listEvents,
  ...markEvents,
  ...mediaEvents,
  ...pollEvents,
  ...postEvents,
  ...relationshipEvents,
  ...reportEvents,
  ...staffEvents,
  ...tagEvents,
}

/** The tables that hold nothing but what the log says: `aviary replay --check` rebuilds and compares each of them. */
export const projectedTables = [
  "accounts",
  "account_notes",
  "community_settings",
  "custom_emojis",
  "follows",
  "follow_requests",
  "blocks",
  "mutes",
  "tag_follows",
  "lists",
  "list_members",
  "filters",
  "announcements",
  "announcement_reactions",
  "featured_tags",
  "endorsements",
  "posts",
  "post_edits",
  "post_mentions",
  "post_tags",
  "likes",
  "bookmarks",
  "pins",
  "conversation_mutes",
  "polls",
  "poll_votes",
  "media",
  "reports",
] as const
