// The events between two accounts and their inline projection. All events of a pair share one stream, so that a follow and a
// block that happen at once are ordered.

import { sql } from "kysely"
import type { EventTypes } from "../../events/projection.ts"
import { rowsOf } from "../../events/projection.ts"

export interface FollowData {
  readonly id: number
  readonly follower_id: number
  readonly followee_id: number
  readonly show_reposts: boolean
  readonly notify: boolean
  readonly languages: readonly string[] | null
}

interface FollowPair {
  readonly follower_id: number
  readonly followee_id: number
}

export type RelationshipEvent =
  | { type: "follow.created"; data: FollowData }
  | { type: "follow.changed"; data: FollowData }
  | { type: "follow.removed"; data: FollowPair }
  | { type: "follow_request.created"; data: FollowData }
  | { type: "follow_request.removed"; data: FollowPair }
  | { type: "block.created"; data: { id: number; account_id: number; target_id: number } }
  | { type: "block.removed"; data: { account_id: number; target_id: number } }
  | {
      type: "mute.created"
      data: {
        id: number
        account_id: number
        target_id: number
        notifications: boolean
        expires_at: string | null
      }
    }
  | { type: "mute.removed"; data: { account_id: number; target_id: number } }

/** The stream of all events between two accounts, whoever of them acts. */
export function pairStream(a: number, b: number): string {
  return `pair:${Math.min(a, b)}:${Math.max(a, b)}`
}

export const relationshipEvents: EventTypes<RelationshipEvent> = {
  "follow.created": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        WITH e AS (
          SELECT * FROM jsonb_to_recordset(${rowsOf(events)}::jsonb) AS e (id bigint, follower_id bigint, followee_id bigint,
            show_reposts boolean, notify boolean, languages text[])
        ), asked AS (
          DELETE FROM follow_requests r USING e
          WHERE r.follower_id = e.follower_id AND r.followee_id = e.followee_id
        )
        INSERT INTO follows (id, follower_id, followee_id, show_reposts, notify, languages)
        SELECT id, follower_id, followee_id, show_reposts, notify, languages FROM e`.execute(db)
    },
  },
  "follow.changed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        for (const table of ["follows", "follow_requests"] as const) {
          await db
            .updateTable(table)
            .set({
              show_reposts: data.show_reposts,
              notify: data.notify,
              languages: data.languages ? [...data.languages] : null,
            })
            .where("follower_id", "=", data.follower_id)
            .where("followee_id", "=", data.followee_id)
            .execute()
        }
      }
    },
  },
  "follow.removed": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        DELETE FROM follows f
        USING jsonb_to_recordset(${rowsOf(events)}::jsonb) AS e (follower_id bigint, followee_id bigint)
        WHERE f.follower_id = e.follower_id AND f.followee_id = e.followee_id`.execute(db)
    },
  },
  "follow_request.created": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .insertInto("follow_requests")
          .values({ ...data, languages: data.languages ? [...data.languages] : null })
          .execute()
      }
    },
  },
  "follow_request.removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("follow_requests")
          .where("follower_id", "=", data.follower_id)
          .where("followee_id", "=", data.followee_id)
          .execute()
      }
    },
  },
  "block.created": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.insertInto("blocks").values(data).execute()
    },
  },
  "block.removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("blocks")
          .where("account_id", "=", data.account_id)
          .where("target_id", "=", data.target_id)
          .execute()
      }
    },
  },
  "mute.created": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await sql`
          INSERT INTO mutes (id, account_id, target_id, notifications, expires_at)
          VALUES (${data.id}, ${data.account_id}, ${data.target_id}, ${data.notifications}, ${data.expires_at})
          ON CONFLICT (account_id, target_id) DO UPDATE
          SET notifications = excluded.notifications, expires_at = excluded.expires_at`.execute(db)
      }
    },
  },
  "mute.removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("mutes")
          .where("account_id", "=", data.account_id)
          .where("target_id", "=", data.target_id)
          .execute()
      }
    },
  },
}
