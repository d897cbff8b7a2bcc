// Takes a picture in. It is checked to its last byte and its preview made before anything is kept; the full-size variant is
// made at once or, since it takes the longest, afterwards. What is refused leaves nothing behind.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { MediaFocus } from "../../db/schema.ts"
import type { ImageProcessor } from "./image/image-processor.ts"
import { ImageRejected } from "./image/image-rejected.ts"
import { mediaStream } from "./media-events.ts"
import type { MediaData } from "./media-events.ts"
import type { MediaView } from "./media-json.ts"
import type { MediaStore } from "./media-store.ts"

export interface Upload {
  readonly bytes: Buffer
  readonly description: string | null
  readonly focus: MediaFocus | null
  /** Whether the answer waits for the full-size variant. */
  readonly wait: boolean
}

export type UploadMedia = (accountId: number, upload: Upload) => Promise<MediaView>

export interface UploadMediaDeps extends Pick<Core, "events" | "nextId"> {
  readonly store: MediaStore
  readonly images: Pick<ImageProcessor, "previewImage" | "processImage">
  /** Called once an upload that is not ready is in the database. */
  readonly onUnfinished: (mediaId: number) => void
}

/** Uploads media. Fails with `media.rejected`, `media.busy` and `storage.full`. */
export function createUploadMedia(deps: UploadMediaDeps): UploadMedia {
  const { events, store, images } = deps

  /** Puts files, all or none. */
  async function putAll(files: readonly Parameters<MediaStore["put"]>[0][]): Promise<string[]> {
    const keys: string[] = []
    try {
      for (const file of files) keys.push(await store.put(file))
      return keys
    } catch (error) {
      await discard(keys)
      throw error
    }
  }

  async function discard(keys: readonly string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => store.delete(key)))
  }

  return async function uploadMedia(accountId, upload) {
    const { image, full } = await orRefused(async () => {
      if (!upload.wait) return { image: await images.previewImage(upload.bytes), full: undefined }
      const processed = await images.processImage(upload.bytes)
      return { image: processed, full: processed.original }
    })
    const original = full
      ? { bytes: full.data, extension: full.extension }
      : ({ bytes: upload.bytes, extension: "upload", area: "incoming" } as const)
    const keys = await putAll([original, { bytes: image.small.data, extension: image.small.extension }])
    const [originalKey = "", smallKey = ""] = keys
    const media: MediaData = {
      id: deps.nextId(),
      account_id: accountId,
      type: "image",
      files: { original: originalKey, small: smallKey },
      description: upload.description,
      focus: upload.focus,
      blurhash: image.blurhash,
      meta: { ...image.meta },
      ready: full !== undefined,
    }
    try {
      await events.transact([], (tx) =>
        tx.append([{ type: "media.created", stream: mediaStream(media.id), actor: accountId, data: media }]),
      )
    } catch (error) {
      await discard(keys)
      throw error
    }
    if (!media.ready) deps.onUnfinished(media.id)
    return media
  }
}

async function orRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ImageRejected
      ? new AppError("media.rejected", { reason: error.message }, { cause: error })
      : error
  }
}
