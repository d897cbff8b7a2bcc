// Which hashtags a member follows: the events, and their inline projection into `tag_follows`. They stand in the stream of the
// member's account. Tags are kept by their normal names (see text/hashtag-name.ts).

import type { EventTypes } from "../../events/projection.ts"

export type TagEvent =
  | { type: "tag.followed"; data: { id: number; account_id: number; tag: string } }
  | { type: "tag.unfollowed"; data: { account_id: number; tag: string } }

export const tagEvents: EventTypes<TagEvent> = {
  "tag.followed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        const { id, account_id, tag } = data
        await db.insertInto("tag_follows").values({ id, account_id, tag }).execute()
      }
    },
  },
  "tag.unfollowed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("tag_follows")
          .where("tag", "=", data.tag)
          .where("account_id", "=", data.account_id)
          .execute()
      }
    },
  },
}
