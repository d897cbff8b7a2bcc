// Every feature of the network in one list: its routes, its readers of the event log, its background work. A new feature is
// a folder under features/ and a line here.

import type { Part } from "@aviary/kit"
import type { FastifyInstance } from "fastify"
import type { Core } from "./core.ts"
import type { Consumer } from "./events/consumer.ts"
import type { Follower } from "./events/log-engine.ts"
import type { MemoryFollower } from "./events/memory-follower.ts"
import { wakeAllReaders } from "./events/log-engine.ts"
import { createAccounts } from "./features/accounts/account-store.ts"
import { createAccountsFeature } from "./features/accounts/accounts-feature.ts"
import type { CreateAccount } from "./features/accounts/create-account.ts"
import type { PasswordHasher } from "./features/accounts/password/password-hash.ts"
import { createCountersFeature } from "./features/counters/counters-feature.ts"
import type { FeedFeature } from "./features/feed/feed-feature.ts"
import { createFeedFeature } from "./features/feed/feed-feature.ts"
import { createDiskMediaStore } from "./features/media/disk-media-store.ts"
import { createImageProcessor } from "./features/media/image/image-processor.ts"
import { defaultImageLimits } from "./features/media/image/open-image.ts"
import { createMediaFeature } from "./features/media/media-feature.ts"
import { createInstanceFeature } from "./features/instance/instance-feature.ts"
import { createOAuthFeature } from "./features/oauth/oauth-feature.ts"
import { createNotifications } from "./features/notifications/notifications.ts"
import { createPostsInMemory } from "./features/posts/cache/posts-in-memory.ts"
import { createPostsFeature } from "./features/posts/posts-feature.ts"
import { createStatusReplies } from "./features/posts/status-replies.ts"
import { createRelationshipsFeature } from "./features/relationships/relationships-feature.ts"
import { createConversationRoutes } from "./features/conversations/conversation-routes.ts"
import { createConversations } from "./features/conversations/conversations.ts"
import { createRegistrationRoutes } from "./features/registration/registration-routes.ts"
import { createAssetRoutes } from "./features/web-pages/asset-routes.ts"
import { createPageRoutes } from "./features/web-pages/page-routes.ts"
import { createRenderPage } from "./features/web-pages/page.ts"
import { createMarkerRoutes } from "./features/markers/marker-routes.ts"
import { createMarkers } from "./features/markers/markers.ts"
import { createFirehose } from "./features/firehose/firehose.ts"
import { createStreaming } from "./features/streaming/streaming.ts"
import { createTimelinesFeature } from "./features/timelines/timelines-feature.ts"
import { createEmojisFeature } from "./features/emojis/emojis-feature.ts"
import { createSearchFeature } from "./features/search/search-feature.ts"
import type { FastRoute } from "./http/fast-lane.ts"
import type { Route } from "./http/route.ts"
import { routeUpgrade } from "./http/upgrades.ts"
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
  readonly fastRoutes: readonly FastRoute[]
  readonly consumers: readonly Consumer[]
  readonly followers: readonly Follower[]
  readonly memory: readonly MemoryFollower[]
  readonly parts: readonly Part[]
  readonly feed: FeedFeature["feed"]
  /** Adds what is not a route: WebSocket upgrades. Called once, before the server listens. */
  attach(server: FastifyInstance): void
}

export function createFeatures(deps: FeatureDeps): Features {
  const { core } = deps
  const store = createDiskMediaStore({ dir: deps.mediaDir })
  const { maxImageBytes: maxBytes, maxImagePixels: maxPixels } = core.settings.media
  const images = createImageProcessor({ limits: { ...defaultImageLimits, maxBytes, maxPixels } })
  const media = createMediaFeature({ core, store, images })
  const search = createSearchFeature(core)
  const emojis = createEmojisFeature(core)
  const shown = createPostsInMemory(core)
  const replies = createStatusReplies({ ...core, pages: shown.pages })
  const timelines = createTimelinesFeature({ core, replies })
  const accountRows = createAccounts(core)
  const counters = createCountersFeature(core)
  const accounts = createAccountsFeature({ core, replies, accounts: accountRows, store, images })
  const feed = createFeedFeature(core, { ...shown, changeProfile: accounts.changeProfile })
  const relationships = createRelationshipsFeature({ core, accounts: accountRows })
  const posts = createPostsFeature({ core, replies })
  const renderPage = createRenderPage(core.settings.instance)
  const oauth = createOAuthFeature({ core, passwords: deps.passwords, renderPage })
  const registration = createRegistrationRoutes({
    ...core,
    ...oauth,
    createAccount: deps.createAccount,
    renderPage,
  })
  const instance = createInstanceFeature(core)
  const pages = createPageRoutes({ ...core, ...instance, ...oauth, renderPage })
  const notifications = createNotifications(core, { onMade: () => void wakeAllReaders(core) })
  const streaming = createStreaming({ core, authenticate: deps.authenticate, notifications })
  const firehose = createFirehose({ core, authenticate: deps.authenticate })
  return {
    routes: [
      ...firehose.routes,
      ...streaming.routes,
      ...notifications.routes,
      ...oauth.routes,
      ...registration,
      ...instance.routes,
      ...pages,
      ...createAssetRoutes(),
      ...posts.routes,
      ...media.routes,
      ...feed.routes,
      ...timelines.routes,
      ...search.routes,
      ...emojis.routes,
      ...createMarkerRoutes({ markers: createMarkers(core) }),
      ...createConversationRoutes({
        ...core,
        accounts: accountRows,
        conversations: createConversations(core),
      }),
      ...accounts.routes,
      ...relationships.routes,
    ],
    fastRoutes: feed.fastRoutes,
    consumers: [...counters.consumers, notifications.consumer, ...media.consumers, ...search.consumers],
    followers: [streaming.follower, firehose.follower, ...emojis.followers],
    memory: [...counters.memory, ...shown.memory, ...feed.memory],
    parts: [
      streaming.part,
      firehose.part,
      ...counters.parts,
      ...feed.parts,
      ...posts.parts,
      ...media.parts,
      ...relationships.parts,
    ],
    feed: feed.feed,
    attach(server) {
      streaming.attach(server)
      firehose.attach(server)
      server.server.on("upgrade", (request, socket, head) => {
        if (firehose.takes(request)) routeUpgrade(server, request, { socket, head })
        else streaming.upgrade(request, socket, head)
      })
    },
  }
}
