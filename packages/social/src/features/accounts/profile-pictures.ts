// A member's avatar and header: an upload → a file in the media store. Only what was decoded and written anew is kept.

import { AppError } from "@aviary/kit"
import type { UploadedFile } from "../../http/route.ts"
import type { ImageProcessor } from "../media/image/image-processor.ts"
import { ImageRejected } from "../media/image/image-rejected.ts"
import type { MediaStore } from "../media/media-store.ts"

export type PictureKind = "avatar" | "header"

export interface ProfilePictures {
  /** Stores a picture and gives its key. Fails with `media.rejected`, `media.busy` and `storage.full`. */
  store(kind: PictureKind, file: UploadedFile): Promise<string>
  /** Removes a picture that nothing shows any more. */
  remove(key: string): Promise<void>
}

export function createProfilePictures(deps: {
  images: Pick<ImageProcessor, "processAvatar" | "processHeader">
  store: Pick<MediaStore, "put" | "delete">
}): ProfilePictures {
  const { images } = deps

  async function process(kind: PictureKind, bytes: Buffer) {
    if (bytes.length === 0) throw new AppError("media.rejected", { reason: `is empty (${kind})` })
    try {
      return await (kind === "avatar" ? images.processAvatar(bytes) : images.processHeader(bytes))
    } catch (error) {
      throw error instanceof ImageRejected
        ? new AppError("media.rejected", { reason: `${error.message} (${kind})` }, { cause: error })
        : error
    }
  }

  return {
    async store(kind, file) {
      const { data, extension } = await process(kind, file.bytes)
      return deps.store.put({ bytes: data, extension })
    },
    remove: (key) => deps.store.delete(key),
  }
}
