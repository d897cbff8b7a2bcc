// Every feature of the network in one list: its routes, its readers of the event log, its background work. A new feature is
// a folder under features/ and a line here.

import type { Part } from "@aviary/kit"
import type { FastifyInstance } from "fastify"
import type { Core } from "./core.ts"
import type { Consumer } from "./events/consumer.ts"
import type { Follower } from "./events/log-engine.ts"
import type { CreateAccount } from "./features/accounts/create-account.ts"
import type { PasswordHasher } from "./features/accounts/password/password-hash.ts"
import { createDiskMediaStore } from "./features/media/disk-media-store.ts"
import { createImageProcessor } from "./features/media/image/image-processor.ts"
import { defaultImageLimits } from "./features/media/image/open-image.ts"
import { createMediaFeature } from "./features/media/media-feature.ts"
import { createMarkerRoutes } from "./features/markers/marker-routes.ts"
import { createMarkers } from "./features/markers/markers.ts"
import { createCreatePost } from "./features/posts/create-post.ts"
import { createPostRoutes } from "./features/posts/post-routes.ts"
import { createTimelinesFeature } from "./features/timelines/timelines-feature.ts"
import type { Route } from "./http/route.ts"
import type { Authenticate } from "./http/viewer.ts"

export interface FeatureDeps {
  readonly core: Core
  readonly passwords: PasswordHasher
  readonly createAccount: CreateAccount
  readonly authenticate: Authenticate
  readonly mediaDir: string
}

export interface Features {
  readonly routes: readonly Route[]
  readonly consumers: readonly Consumer[]
  readonly followers: readonly Follower[]
  readonly parts: readonly Part[]
  /** Adds what is not a route: WebSocket upgrades. Called once, before the server listens. */
  attach(server: FastifyInstance): void
}

export function createFeatures(deps: FeatureDeps): Features {
  const { core } = deps
  const store = createDiskMediaStore({ dir: deps.mediaDir })
  const { maxImageBytes: maxBytes, maxImagePixels: maxPixels } = core.settings.media
  const images = createImageProcessor({ limits: { ...defaultImageLimits, maxBytes, maxPixels } })
  const media = createMediaFeature({ core, store, images })
  const timelines = createTimelinesFeature(core)
  return {
    routes: [...createPostRoutes({ ...core, createPost: createCreatePost(core) }), ...media.routes, ...timelines.routes, ...createMarkerRoutes({ markers: createMarkers(core) })],
    consumers: [...media.consumers],
    followers: [],
    parts: [...media.parts],
    attach() {
      core.log.debug("features attached")
    },
  }
}
