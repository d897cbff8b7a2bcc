// Announcements by staff and members' reactions: the events, and their inline projection. Each announcement has a stream of its
// own. Who has read one is no history: see announcements.ts.

import type { EventTypes } from "../../events/projection.ts"

export interface AnnouncementData {
  readonly id: number
  /** Plain text, as it was written. */
  readonly text: string
  /** When what it speaks of begins and ends, ISO 8601. It is shown until its end. */
  readonly starts_at: string | null
  readonly ends_at: string | null
  readonly all_day: boolean
}

interface ReactionData {
  readonly announcement_id: number
  readonly account_id: number
  /** An emoji, or the shortcode of one of the community's own. */
  readonly name: string
}

export type AnnouncementEvent =
  | { type: "announcement.published"; data: AnnouncementData }
  | { type: "announcement.removed"; data: { id: number } }
  | { type: "announcement.reaction_added"; data: ReactionData & { id: number } }
  | { type: "announcement.reaction_removed"; data: ReactionData }

export function announcementStream(id: number): string {
  return `announcement:${id}`
}

export const announcementEvents: EventTypes<AnnouncementEvent> = {
  "announcement.published": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db
          .insertInto("announcements")
          .values({ ...data, published_at: occurredAt })
          .execute()
      }
    },
  },
  "announcement.removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db.deleteFrom("announcement_reactions").where("announcement_id", "=", data.id).execute()
        await db.deleteFrom("announcements").where("id", "=", data.id).execute()
      }
    },
  },
  "announcement.reaction_added": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.insertInto("announcement_reactions").values(data).execute()
    },
  },
  "announcement.reaction_removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("announcement_reactions")
          .where("announcement_id", "=", data.announcement_id)
          .where("account_id", "=", data.account_id)
          .where("name", "=", data.name)
          .execute()
      }
    },
  },
}
