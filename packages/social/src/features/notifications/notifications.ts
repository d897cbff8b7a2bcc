// The notifications feature, wired: its routes, its consumer, and what live streams need of it.

import type { Core } from "../../core.ts"
import type { Consumer } from "../../events/consumer.ts"
import type { Route } from "../../http/route.ts"
import { createGroupedNotificationRoutes } from "./grouped-notification-routes.ts"
import { createNotificationGroups } from "./notification-groups.ts"
import { createNotificationRoutes } from "./notification-routes.ts"
import type { HidePosts } from "../filters/hide-posts.ts"
import type { NotificationHiding } from "./notification-hiding.ts"
import { createNotificationHiding } from "./notification-hiding.ts"
import { createNotificationPolicyRoutes } from "./notification-policy-routes.ts"
import { createNotificationPolicies } from "./notification-policy.ts"
import type { NotificationStore } from "./notification-store.ts"
import { createNotificationStore } from "./notification-store.ts"
import type { NotificationViews } from "./notification-views.ts"
import { createNotificationViews } from "./notification-views.ts"
import type { NotificationsConsumerDeps } from "./notifications-consumer.ts"
import { createNotificationsConsumer } from "./notifications-consumer.ts"

export interface Notifications {
  readonly routes: readonly Route[]
  readonly consumer: Consumer
  readonly store: NotificationStore
  readonly views: NotificationViews
  readonly hiding: NotificationHiding
}

export function createNotifications(
  core: Core,
  options: Pick<NotificationsConsumerDeps, "onMade" | "alongside"> & { hide: HidePosts },
): Notifications {
  const store = createNotificationStore(core)
  const hiding = createNotificationHiding({ ...core, ...options, store })
  const views = createNotificationViews(core)
  const groups = createNotificationGroups({ ...core, store })
  return {
    routes: [
      ...createNotificationRoutes({ store, views, hiding }),
      ...createNotificationPolicyRoutes({ ...core, views, policies: createNotificationPolicies(core) }),
      ...createGroupedNotificationRoutes({ ...core, groups, views, hiding }),
    ],
    consumer: createNotificationsConsumer({ ...core, ...options }),
    store,
    views,
    hiding,
  }
}
