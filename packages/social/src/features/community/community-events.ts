// The event of the community's settings and its inline projection: who changed what, and when, stands in the log.

import type { EventTypes } from "../../events/projection.ts"
import type { CommunitySettings } from "./community-settings.ts"

export interface CommunityEvent {
  type: "community.settings_changed"
  /** What is absent stays. `replaced_files`: keys of pictures that nothing shows any more. */
  data: { changes: Partial<CommunitySettings>; replaced_files: readonly string[] }
}

/** All changes of the settings wait for each other. */
export const COMMUNITY_STREAM = "community"

export const communityEvents: EventTypes<CommunityEvent> = {
  "community.settings_changed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        for (const [name, value] of Object.entries(data.changes)) {
          await db
            .insertInto("community_settings")
            .values({ name, value: JSON.stringify(value) })
            .onConflict((row) => row.column("name").doUpdateSet({ value: JSON.stringify(value) }))
            .execute()
        }
      }
    },
  },
}
