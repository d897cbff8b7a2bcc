// Finishes an upload: makes the full-size variant from the bytes as they came. Safe to run again after a crash at any point,
// and beside another process that does the same: one of them wins, the other's file goes.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import { ImageRejected } from "./image/image-rejected.ts"
import { sizeMeta } from "./image/image-meta.ts"
import type { ImageProcessor } from "./image/image-processor.ts"
import type { ImageVariant } from "./image/process-image.ts"
import { mediaStream } from "./media-events.ts"
import type { MediaStore } from "./media-store.ts"

export interface ProcessMediaDeps extends Pick<Core, "db" | "events" | "log"> {
  readonly store: MediaStore
  readonly images: Pick<ImageProcessor, "fullImage">
}

export type ProcessMedia = (id: number) => Promise<void>

/** Processes media. Media whose bytes are gone or turn out to be broken are removed. Other failures: try again. */
export function createProcessMedia(deps: ProcessMediaDeps): ProcessMedia {
  const { db, events, store, images, log } = deps

  async function makeFull(key: string): Promise<ImageVariant | undefined> {
    try {
      return await images.fullImage(await store.read(key))
    } catch (error) {
      const hopeless =
        error instanceof ImageRejected || (error instanceof AppError && error.code === "record.not_found")
      if (hopeless) return undefined
      throw error
    }
  }

  async function remove(id: number): Promise<void> {
    log.warn({ mediaId: id }, "an upload could not be processed; it is removed")
    await events.transact([mediaStream(id)], async (tx) => {
      const row = await tx.db
        .selectFrom("media")
        .select(["files", "ready"])
        .where("id", "=", id)
        .executeTakeFirst()
      if (!row || row.ready) return
      await tx.append([
        { type: "media.removed", stream: mediaStream(id), actor: null, data: { id, files: row.files } },
      ])
    })
  }

  return async function processMedia(id) {
    const media = await db.selectFrom("media").selectAll().where("id", "=", id).executeTakeFirst()
    if (!media || media.ready) return
    const upload = media.files.original
    const full = await makeFull(upload)
    if (!full) return remove(id)
    const original = await store.put({ bytes: full.data, extension: full.extension })
    const kept = await events.transact([mediaStream(id)], async (tx) => {
      const now = await tx.db.selectFrom("media").select("ready").where("id", "=", id).executeTakeFirst()
      if (!now || now.ready) return false
      const files = { original, small: media.files.small }
      const meta = { ...media.meta, original: sizeMeta(full) }
      await tx.append([
        { type: "media.processed", stream: mediaStream(id), actor: null, data: { id, files, meta, upload } },
      ])
      return true
    })
    if (!kept) await store.delete(original)
  }
}
