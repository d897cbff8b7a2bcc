// The events of accounts and their inline projection into `accounts` and `account_notes`. Never a secret: passwords and
// e-mail addresses live in `credentials`, outside the log.

import { sql } from "kysely"
import type { HomeOrder, ProfileField, Role, Visibility } from "../../db/schema.ts"
import type { EventTypes } from "../../events/projection.ts"
import { rowsOf } from "../../events/projection.ts"

export type AccountEvent =
  | { type: "account.created"; data: { id: number; username: string; display_name: string; role: Role } }
  | {
      type: "account.profile_changed"
      /** `replaced_files`: keys of pictures that the profile no longer shows. */
      data: { id: number; changes: ProfileChanges; replaced_files: readonly string[] }
    }
  | { type: "account.role_changed"; data: { id: number; role: Role } }
  | { type: "account.suspended"; data: { id: number } }
  | { type: "account.unsuspended"; data: { id: number } }
  /** Its member deleted it, for good. It is suspended as well. */
  | { type: "account.closed"; data: { id: number } }
  | { type: "account.note_set"; data: { account_id: number; target_id: number; comment: string } }

/** Columns of `accounts` that a member changes; what is absent stays. */
export interface ProfileChanges {
  readonly display_name?: string
  readonly note?: string
  readonly fields?: readonly ProfileField[]
  readonly avatar?: string | null
  readonly avatar_description?: string
  readonly header?: string | null
  readonly header_description?: string
  readonly locked?: boolean
  readonly bot?: boolean
  readonly discoverable?: boolean
  readonly indexable?: boolean
  readonly hide_collections?: boolean
  readonly show_media?: boolean
  readonly show_media_replies?: boolean
  readonly show_featured?: boolean
  readonly attribution_domains?: readonly string[]
  readonly default_visibility?: Visibility
  readonly default_sensitive?: boolean
  readonly default_language?: string | null
  /** How the member's home is ordered. */
  readonly home_order?: HomeOrder
}

/** The stream of one account's own events. */
export function accountStream(id: number): string {
  return `account:${id}`
}

export const accountEvents: EventTypes<AccountEvent> = {
  "account.created": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        INSERT INTO accounts (id, username, username_key, display_name, role, created_at)
        SELECT id, username, lower(username), display_name, role, at
        FROM jsonb_to_recordset(${rowsOf(events)}::jsonb)
          AS e (id bigint, username text, display_name text, role text, at timestamptz)`.execute(db)
    },
  },
  "account.profile_changed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        const { fields, attribution_domains: domains, ...columns } = data.changes
        const set = {
          ...columns,
          ...(fields ? { fields: JSON.stringify(fields) } : {}),
          ...(domains ? { attribution_domains: [...domains] } : {}),
        }
        if (Object.keys(set).length === 0) continue
        await db.updateTable("accounts").set(set).where("id", "=", data.id).execute()
      }
    },
  },
  "account.role_changed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db.updateTable("accounts").set({ role: data.role }).where("id", "=", data.id).execute()
      }
    },
  },
  "account.suspended": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db.updateTable("accounts").set({ suspended_at: occurredAt }).where("id", "=", data.id).execute()
      }
    },
  },
  "account.unsuspended": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db.updateTable("accounts").set({ suspended_at: null }).where("id", "=", data.id).execute()
      }
    },
  },
  "account.closed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db.updateTable("accounts").set({ closed_at: occurredAt }).where("id", "=", data.id).execute()
      }
    },
  },
  "account.note_set": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await sql`
          INSERT INTO account_notes (account_id, target_id, comment)
          VALUES (${data.account_id}, ${data.target_id}, ${data.comment})
          ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment`.execute(db)
      }
    },
  },
}
