// Web Push, wired: subscriptions, and sending what was put on its way to them.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { createNotificationStore } from "../notifications/notification-store.ts"
import { createPushDeliveries } from "./push-deliveries.ts"
import type { PushDeliveries } from "./push-deliveries.ts"
import { createPushRoutes } from "./push-routes.ts"
import { createPushSubscriptionStore } from "./push-subscription-store.ts"
import type { PushSubscriptionStore } from "./push-subscription-store.ts"
import { createPushTokens } from "./push-tokens.ts"
import { createSendPush } from "./send-push.ts"
import type { VapidKeys } from "./vapid-keys.ts"

export interface PushFeature {
  readonly routes: readonly Route[]
  readonly parts: readonly Part[]
  readonly subscriptions: Pick<PushSubscriptionStore, "enqueue">
  readonly deliveries: PushDeliveries
}

export function createPushFeature(core: Core, vapidKeys: () => Promise<VapidKeys>): PushFeature {
  const { settings, community, urls } = core
  const subscriptions = createPushSubscriptionStore(core)
  const tokens = createPushTokens(core)
  const service = createSendPush({
    keys: vapidKeys,
    anywhere: settings.push.privateServices,
    subject() {
      const { contactEmail } = community.now()
      if (contactEmail !== "") return `mailto:${contactEmail}`
      return urls.base.startsWith("https:") ? urls.base : `mailto:postmaster@${new URL(urls.base).hostname}`
    },
  })
  const deliveries = createPushDeliveries({
    ...core,
    subscriptions,
    notifications: createNotificationStore(core),
    tokens,
    send: service.send,
  })
  const connections: Part = {
    name: "push connections",
    start: async () => {},
    stop: async () => service.close(),
  }
  return {
    routes: createPushRoutes({
      ...core,
      subscriptions,
      tokens,
      pushKey: async () => (await vapidKeys()).publicKey,
    }),
    // Connections end after what uses them.
    parts: [connections, deliveries.part],
    subscriptions,
    deliveries,
  }
}
