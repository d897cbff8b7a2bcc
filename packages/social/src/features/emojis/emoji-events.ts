// The events of custom emoji and their inline projection.

import { sql } from "kysely"
import type { EventTypes } from "../../events/projection.ts"

export type EmojiEvent =
  | {
      type: "emoji.added"
      data: { shortcode: string; image: string; static_image: string; category: string | null }
    }
  | { type: "emoji.removed"; data: { shortcode: string; image: string; static_image: string } }

export const emojiEvents: EventTypes<EmojiEvent> = {
  "emoji.added": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await sql`
          INSERT INTO custom_emojis (shortcode, image, static_image, category, visible)
          VALUES (${data.shortcode}, ${data.image}, ${data.static_image}, ${data.category}, true)
          ON CONFLICT (shortcode) DO UPDATE
          SET image = excluded.image, static_image = excluded.static_image, category = excluded.category`.execute(
          db,
        )
      }
    },
  },
  "emoji.removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db.deleteFrom("custom_emojis").where("shortcode", "=", data.shortcode).execute()
      }
    },
  },
}
