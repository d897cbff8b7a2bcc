// What a member puts forward on its profile: hashtags and accounts. The events, and their inline projection. Tags stand in the
// stream of the member's account, endorsements in that of the pair.

import type { EventTypes } from "../../events/projection.ts"

export type FeaturedEvent =
  | { type: "tag.featured"; data: { id: number; account_id: number; tag: string } }
  | { type: "tag.unfeatured"; data: { account_id: number; tag: string } }
  /** `id` is later than that of the follow: an endorsement is in force while the follow is that it came after. */
  | { type: "account.endorsed"; data: { id: number; account_id: number; target_id: number } }
  | { type: "account.unendorsed"; data: { account_id: number; target_id: number } }

export const featuredEvents: EventTypes<FeaturedEvent> = {
  "tag.featured": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.insertInto("featured_tags").values(data).execute()
    },
  },
  "tag.unfeatured": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("featured_tags")
          .where("account_id", "=", data.account_id)
          .where("tag", "=", data.tag)
          .execute()
      }
    },
  },
  "account.endorsed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .insertInto("endorsements")
          .values(data)
          .onConflict((conflict) =>
            conflict.columns(["account_id", "target_id"]).doUpdateSet({ id: data.id }),
          )
          .execute()
      }
    },
  },
  "account.unendorsed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("endorsements")
          .where("account_id", "=", data.account_id)
          .where("target_id", "=", data.target_id)
          .execute()
      }
    },
  },
}
