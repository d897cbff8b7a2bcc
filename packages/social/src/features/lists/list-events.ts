// Lists of accounts: the events, and their inline projection into `lists` and `list_members`. Each list has a stream of its own.
//
// Nobody is taken off a list when its owner stops following them: who is on it is asked of the rows and of the follows together
// (see list-members.ts), so that a follow says nothing of lists.

import { sql } from "kysely"
import type { RepliesPolicy } from "../../db/schema.ts"
import type { EventTypes } from "../../events/projection.ts"
import { rowsOf } from "../../events/projection.ts"

export interface ListData {
  readonly id: number
  /** The owner. */
  readonly account_id: number
  readonly title: string
  readonly replies_policy: RepliesPolicy
  /** Whether its members are kept out of the owner's home. */
  readonly exclusive: boolean
}

export interface ListMemberData {
  /** When the account was put on the list, as a sortable id; later than the follow. */
  readonly id: number
  readonly list_id: number
  /** The owner. */
  readonly account_id: number
  readonly member_id: number
}

export type ListEvent =
  | { type: "list.created"; data: ListData }
  | { type: "list.changed"; data: ListData }
  | { type: "list.deleted"; data: { id: number; account_id: number } }
  | { type: "list.member_added"; data: ListMemberData }
  | { type: "list.member_removed"; data: { list_id: number; account_id: number; member_id: number } }

/** The stream of one list. */
export function listStream(id: number): string {
  return `list:${id}`
}

export const listEvents: EventTypes<ListEvent> = {
  "list.created": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.insertInto("lists").values(data).execute()
    },
  },
  "list.changed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        const { id, account_id: _owner, ...columns } = data
        await db.updateTable("lists").set(columns).where("id", "=", id).execute()
      }
    },
  },
  "list.deleted": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db.deleteFrom("list_members").where("list_id", "=", data.id).execute()
        await db.deleteFrom("lists").where("id", "=", data.id).execute()
      }
    },
  },
  "list.member_added": {
    version: 1,
    apply: async (db, events) => {
      // Twice in one run is once: the last says when.
      await sql`
        INSERT INTO list_members (id, list_id, account_id, member_id)
        SELECT max(id), list_id, max(account_id), member_id FROM jsonb_to_recordset(${rowsOf(events)}::jsonb)
          AS e (id bigint, list_id bigint, account_id bigint, member_id bigint)
        GROUP BY list_id, member_id
        ON CONFLICT (list_id, member_id) DO UPDATE SET id = excluded.id`.execute(db)
    },
  },
  "list.member_removed": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        DELETE FROM list_members m
        USING jsonb_to_recordset(${rowsOf(events)}::jsonb) AS e (list_id bigint, member_id bigint)
        WHERE m.list_id = e.list_id AND m.member_id = e.member_id`.execute(db)
    },
  },
}
