// The parts of media, wired: uploads, their files, and the work behind them.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Consumer } from "../../events/consumer.ts"
import type { Route } from "../../http/route.ts"
import { createChangeMedia } from "./change-media.ts"
import { createFindMedia } from "./find-media.ts"
import { createImageProcessor } from "./image/image-processor.ts"
import type { ImageProcessor } from "./image/image-processor.ts"
import { createMediaFilesConsumer } from "./media-files-consumer.ts"
import { createMediaRoutes } from "./media-routes.ts"
import type { MediaStore } from "./media-store.ts"
import { createMediaSweeper } from "./media-sweeper.ts"
import { createMediaWorker } from "./media-worker.ts"
import { createProcessMedia } from "./process-media.ts"
import { createRemoveMedia, createSweepMedia } from "./remove-media.ts"
import { createUploadMedia } from "./upload-media.ts"

export interface MediaFeature {
  readonly routes: readonly Route[]
  readonly consumers: readonly Consumer[]
  readonly parts: readonly Part[]
}

export interface MediaFeatureDeps {
  readonly core: Core
  readonly store: MediaStore
  readonly images: ImageProcessor
}

export function createMediaFeature({ core, store, images }: MediaFeatureDeps): MediaFeature {
  // The worker's own lane, one at a time: members who wait for an answer never stand behind it.
  const background = createImageProcessor({ limits: images.limits, concurrent: 1 })
  const worker = createMediaWorker({
    ...core,
    processMedia: createProcessMedia({ ...core, store, images: background }),
  })
  const routes = createMediaRoutes({
    ...core,
    store,
    uploadMedia: createUploadMedia({ ...core, store, images, onUnfinished: (id) => worker.add(id) }),
    findMedia: createFindMedia(core),
    changeMedia: createChangeMedia(core),
    removeMedia: createRemoveMedia(core),
  })
  return {
    routes,
    consumers: [createMediaFilesConsumer({ store })],
    parts: [worker, createMediaSweeper({ ...core, store, sweepMedia: createSweepMedia(core) })],
  }
}
