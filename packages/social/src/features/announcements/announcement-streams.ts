// Tells those who listen to their homes of announcements, of reactions to them, and of those that are gone.

import type { Core } from "../../core.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { StreamHub } from "../streaming/stream-hub.ts"
import { announcementJson, reactionJson } from "./announcement-json.ts"
import type { Announcements } from "./announcements.ts"

export interface AnnouncementStreamDeps extends Pick<Core, "urls" | "emojis"> {
  readonly hub: Pick<StreamHub, "accounts" | "publish">
  readonly announcements: Pick<Announcements, "find">
}

/** Events that are no announcements' are passed over. */
export function createAnnouncementStreams(deps: AnnouncementStreamDeps) {
  const { hub, announcements, emojis } = deps

  function tellAll(event: string, payload: string): void {
    for (const key of hub.accounts("home")) hub.publish({ kind: "home", key }, event, payload)
  }

  return async function publishAnnouncements(events: readonly StoredDomainEvent[]): Promise<void> {
    for (const event of events) {
      if (event.type === "announcement.published") {
        const [view] = await announcements.find([event.data.id], 0)
        if (view) tellAll("announcement", JSON.stringify(announcementJson(view, { ...deps, viewerId: 0 })))
      } else if (event.type === "announcement.removed") {
        tellAll("announcement.delete", String(event.data.id))
      } else if (
        event.type === "announcement.reaction_added" ||
        event.type === "announcement.reaction_removed"
      ) {
        const { announcement_id, name } = event.data
        const [view] = await announcements.find([announcement_id], 0)
        const count = view?.reactions.find((one) => one.name === name)?.count ?? 0
        const reaction = {
          ...reactionJson({ name, count }, emojis),
          announcement_id: String(announcement_id),
        }
        tellAll("announcement.reaction", JSON.stringify(reaction))
      }
    }
  }
}
