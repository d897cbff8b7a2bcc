// The events of uploaded media and their inline projection. The bytes are in the media store; the log has only their keys.

import { sql } from "kysely"
import type { MediaFiles, MediaFocus } from "../../db/schema.ts"
import type { EventTypes } from "../../events/projection.ts"

export interface MediaData {
  readonly id: number
  readonly account_id: number
  readonly type: "image"
  readonly files: MediaFiles
  readonly description: string | null
  readonly focus: MediaFocus | null
  readonly blurhash: string | null
  readonly meta: Readonly<Record<string, unknown>>
  readonly ready: boolean
}

export type MediaEvent =
  | { type: "media.created"; data: MediaData }
  | {
      type: "media.processed"
      /** `upload` is the key of the bytes as they came, which nothing needs any more. */
      data: { id: number; files: MediaFiles; meta: Readonly<Record<string, unknown>>; upload: string }
    }
  | {
      type: "media.changed"
      data: { id: number; description: string | null; focus: MediaFocus | null }
    }
  | { type: "media.removed"; data: { id: number; files: MediaFiles } }

/** The stream of one file: posts that take it, changes and its removal are ordered. */
export function mediaStream(id: number): string {
  return `media:${id}`
}

export const mediaEvents: EventTypes<MediaEvent> = {
  "media.created": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db
          .insertInto("media")
          .values({
            ...data,
            files: JSON.stringify(data.files),
            focus: data.focus && JSON.stringify(data.focus),
            meta: JSON.stringify(data.meta),
            post_id: null,
            unattached_since: occurredAt,
            created_at: occurredAt,
          })
          .execute()
      }
    },
  },
  "media.processed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .updateTable("media")
          .set({ files: JSON.stringify(data.files), meta: JSON.stringify(data.meta), ready: true })
          .where("id", "=", data.id)
          .execute()
      }
    },
  },
  "media.changed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await sql`UPDATE media
          SET description = ${data.description}, focus = ${data.focus && JSON.stringify(data.focus)}::jsonb
          WHERE id = ${data.id}`.execute(db)
      }
    },
  },
  "media.removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.deleteFrom("media").where("id", "=", data.id).execute()
    },
  },
}
