// What the stream says of announcements, put into those that are known. Pure.

import type { Announcement, AnnouncementReaction } from "../../api/aviary-entities.ts"
import type { AnnouncementEvent } from "../../api/stream.ts"

/**
 * The list after the event: the oldest first, as the server lists them. What is told to everybody says nothing of the member's own
 * reactions, so those stay as they were known.
 */
export function withNews(
  known: readonly Announcement[],
  { event, payload }: AnnouncementEvent,
): readonly Announcement[] {
  switch (event) {
    case "announcement":
      return withAnnouncement(known, payload)
    case "announcement.delete":
      return known.filter(({ id }) => id !== payload)
    case "announcement.reaction":
      return known.map((one) =>
        one.id === payload.announcement_id ? { ...one, reactions: withCount(one.reactions, payload) } : one,
      )
  }
}

function withAnnouncement(known: readonly Announcement[], told: Announcement): readonly Announcement[] {
  const before = known.find(({ id }) => id === told.id)
  if (!before) return [...known, told]
  const reactions = told.reactions.map((reaction) => ({ ...reaction, me: isOwn(before.reactions, reaction) }))
  return known.map((one) => (one === before ? { ...told, reactions } : one))
}

function withCount(
  reactions: readonly AnnouncementReaction[],
  { name, count, url, static_url }: AnnouncementReaction,
): AnnouncementReaction[] {
  const told = { name, count, ...(url && { url }), ...(static_url && { static_url }) }
  if (!reactions.some((one) => one.name === name)) return count > 0 ? [...reactions, told] : [...reactions]
  return reactions.map((one) => (one.name === name ? { ...one, count } : one)).filter((one) => one.count > 0)
}

function isOwn(reactions: readonly AnnouncementReaction[], { name }: AnnouncementReaction): boolean {
  return reactions.some((one) => one.name === name && one.me === true)
}
