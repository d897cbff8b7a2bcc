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
import { createCommunityFeature } from "./features/community/community-feature.ts"
import { createPushFeature } from "./features/push/push-feature.ts"
import { createVapidKeys } from "./features/push/vapid-keys.ts"
import { createProfilePictures } from "./features/accounts/profile-pictures.ts"
import { createInstanceFeature } from "./features/instance/instance-feature.ts"
import { createOAuthFeature } from "./features/oauth/oauth-feature.ts"
import { createNotifications } from "./features/notifications/notifications.ts"
import { createPostsInMemory } from "./features/posts/cache/posts-in-memory.ts"
import { createPostsFeature } from "./features/posts/posts-feature.ts"
import { createStatusReplies } from "./features/posts/status-replies.ts"
import { createRelationshipsFeature } from "./features/relationships/relationships-feature.ts"
import { createConversationRoutes } from "./features/conversations/conversation-routes.ts"
import { createConversations } from "./features/conversations/conversations.ts"
import { createAccountSettingsFeature } from "./features/account-settings/account-settings-feature.ts"
import { createCloseAccount } from "./features/account-settings/close-account.ts"
import { createCreateInvite } from "./features/invites/create-invite.ts"
import { createInviteRoutes } from "./features/invites/invite-routes.ts"
import { createInviteStore } from "./features/invites/invite-store.ts"
import { createPortabilityFeature } from "./features/portability/portability-feature.ts"
import { createPreferenceRoutes } from "./features/preferences/preference-routes.ts"
import { createMemberPreferences } from "./features/preferences/preferences.ts"
import { createRegister } from "./features/registration/register.ts"
import { createFollowAccount } from "./features/relationships/follow-account.ts"
import { createSecondFactors } from "./features/second-factor/second-factors.ts"
import { createReportStore } from "./features/reports/report-store.ts"
import { createReportsFeature } from "./features/reports/reports-feature.ts"
import { createModerateAccount } from "./features/staff/moderate-account.ts"
import { createModerationRoutes } from "./features/staff/moderation-routes.ts"
import { createAdminAccountRoutes } from "./features/sign-ups/admin-account-routes.ts"
import { createAdminAccounts } from "./features/sign-ups/admin-accounts.ts"
import { createAnswerSignUp } from "./features/sign-ups/answer-sign-up.ts"
import { createRegistrationRoutes } from "./features/registration/registration-routes.ts"
import { createAssetRoutes } from "./features/web-pages/asset-routes.ts"
import { createPageRoutes } from "./features/web-pages/page-routes.ts"
import { createRenderPage } from "./features/web-pages/page.ts"
import { createWebClientFeature } from "./features/web-client/web-client-feature.ts"
import { createAnnouncementRoutes } from "./features/announcements/announcement-routes.ts"
import { createAnnouncements } from "./features/announcements/announcements.ts"
import { createFeaturedFeature } from "./features/featured/featured-feature.ts"
import { createFiltersFeature } from "./features/filters/filters-feature.ts"
import { createListsFeature } from "./features/lists/lists-feature.ts"
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
  /** Where archives of members' data are kept. */
  readonly exportsDir: string
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
  const replies = createStatusReplies({ ...core, pages: shown.pages, hide: shown.hide })
  const timelines = createTimelinesFeature({ core, replies })
  const lists = createListsFeature({ core, replies })
  const accountRows = createAccounts(core)
  const counters = createCountersFeature(core)
  const preferences = createMemberPreferences(core)
  const accounts = createAccountsFeature({ core, replies, preferences, accounts: accountRows, store, images })
  const feed = createFeedFeature(core, shown)
  const relationships = createRelationshipsFeature({ core, accounts: accountRows })
  const posts = createPostsFeature({ core, replies })
  const vapidKeys = createVapidKeys(core)
  const pushKey = async () => (await vapidKeys()).publicKey
  const renderPage = createRenderPage(core)
  const secondFactors = createSecondFactors(core)
  const oauth = createOAuthFeature({ core, passwords: deps.passwords, renderPage, pushKey, secondFactors })
  const invites = createInviteStore(core)
  const registration = createRegistrationRoutes({
    ...core,
    ...oauth,
    invites,
    register: createRegister({
      ...core,
      createAccount: deps.createAccount,
      invites,
      followAccount: createFollowAccount(core),
    }),
    renderPage,
  })
  const portability = createPortabilityFeature({
    core,
    accounts: accountRows,
    store,
    exportsDir: deps.exportsDir,
  })
  const closeAccount = createCloseAccount(core)
  const adminAccounts = createAdminAccounts(core)
  const reports = createReportStore(core)
  const webClient = createWebClientFeature(core, { renderPage })
  const accountSettings = createAccountSettingsFeature({
    core,
    passwords: deps.passwords,
    visitors: oauth.visitors,
    secondFactors,
    closeAccount,
    renderPage,
    removeExports: portability.removeExports,
    afterOwnerSignIn: webClient.afterOwnerSignIn,
  })
  const community = createCommunityFeature({ core, pictures: createProfilePictures({ images, store }) })
  const instance = createInstanceFeature(core, { pushKey })
  const pages = createPageRoutes({ ...core, ...instance, ...oauth, renderPage: webClient.renderPage })
  const push = createPushFeature(core, vapidKeys)
  const notifications = createNotifications(core, {
    ...shown,
    onMade() {
      void wakeAllReaders(core)
      push.deliveries.wake()
    },
    alongside: push.subscriptions.enqueue,
  })
  const announcements = createAnnouncements(core)
  const streaming = createStreaming({
    core,
    authenticate: deps.authenticate,
    notifications,
    filters: shown.filters,
    announcements,
  })
  const firehose = createFirehose({ core, authenticate: deps.authenticate })
  return {
    routes: [
      ...firehose.routes,
      ...streaming.routes,
      ...notifications.routes,
      ...push.routes,
      ...oauth.routes,
      ...registration,
      ...accountSettings.routes,
      ...portability.routes,
      ...createPreferenceRoutes({ ...core, preferences, changeProfile: accounts.changeProfile }),
      ...createInviteRoutes({
        ...core,
        accounts: accountRows,
        invites,
        createInvite: createCreateInvite({ ...core, invites }),
      }),
      ...createAdminAccountRoutes({
        ...core,
        accounts: adminAccounts,
        answerSignUp: createAnswerSignUp({ ...core, closeAccount }),
      }),
      ...createModerationRoutes({
        ...core,
        accounts: adminAccounts,
        moderateAccount: createModerateAccount({ ...core, reports }),
      }),
      ...createReportsFeature(core, { accounts: adminAccounts, reports }).routes,
      ...instance.routes,
      ...community.routes,
      ...pages,
      ...createAssetRoutes(),
      ...webClient.routes,
      ...posts.routes,
      ...media.routes,
      ...feed.routes,
      ...timelines.routes,
      ...lists.routes,
      ...createFeaturedFeature({ core, accounts: accountRows }).routes,
      ...createAnnouncementRoutes({ ...core, announcements }),
      ...createFiltersFeature(core).routes,
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
    followers: [streaming.follower, firehose.follower, ...emojis.followers, ...community.followers],
    memory: [...counters.memory, ...shown.memory, ...feed.memory],
    parts: [
      streaming.part,
      ...push.parts,
      firehose.part,
      ...counters.parts,
      ...feed.parts,
      ...posts.parts,
      ...media.parts,
      ...relationships.parts,
      ...accountSettings.parts,
      ...portability.parts,
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
