// Image processing for a server that many members use at once: the same functions, of which only a few run at
// the same time, so that a burst of uploads costs waiting and not memory.

import { AppError, createBulkhead } from "@aviary/kit"

import { defaultImageLimits } from "./open-image.ts"
import type { ImageLimits } from "./open-image.ts"
import { fullImage, previewImage, processAvatar, processHeader, processImage } from "./process-image.ts"
import type { ImagePreview, ImageVariant, ProcessedImage } from "./process-image.ts"

export interface ImageProcessorOptions {
  readonly limits?: ImageLimits
  /** Images in work at the same time; default 2. One takes up to some 150 MB at the default limits. */
  readonly concurrent?: number
  /** Images that may wait, each with its bytes in memory; default 16. More get `media.busy`. */
  readonly waiting?: number
}

/** Each rejects with `ImageRejected` for what is not taken, and with `AppError("media.busy")` under overload. */
export interface ImageProcessor {
  readonly limits: ImageLimits
  processImage(input: Buffer | string): Promise<ProcessedImage>
  previewImage(input: Buffer | string): Promise<ImagePreview>
  fullImage(input: Buffer | string): Promise<ImageVariant>
  processAvatar(input: Buffer | string): Promise<ImageVariant>
  processHeader(input: Buffer | string): Promise<ImageVariant>
}

export function createImageProcessor({
  limits = defaultImageLimits,
  concurrent = 2,
  waiting = 16,
}: ImageProcessorOptions = {}): ImageProcessor {
  const bulkhead = createBulkhead({ concurrent, waiting, refuse: () => new AppError("media.busy") })
  return {
    limits,
    processImage: (input) => bulkhead.run(() => processImage(input, limits)),
    previewImage: (input) => bulkhead.run(() => previewImage(input, limits)),
    fullImage: (input) => bulkhead.run(() => fullImage(input, limits)),
    processAvatar: (input) => bulkhead.run(() => processAvatar(input, limits)),
    processHeader: (input) => bulkhead.run(() => processHeader(input, limits)),
  }
}
