// Notifications to this device while no page is open: the browser's subscription, and the server's knowledge of it. A permission is
// only asked for when a member presses a button for it.

import type { ApiClient } from "../api/api-client.ts"
import type { PushSubscriptionEntity } from "../api/entities.ts"

const PATH = "/api/v1/push/subscription"

/** `unsupported`: this browser cannot; `blocked`: the member has said no in the browser, and only there can say otherwise. */
export type PushState = "unsupported" | "blocked" | "off" | "on"

export interface PushWishes {
  /** By notification type: `{ mention: true, follow: false }`. */
  readonly alerts: Readonly<Record<string, boolean>>
  readonly policy: PushSubscriptionEntity["policy"]
}

export async function readPushState(): Promise<PushState> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window))
    return "unsupported"
  if (Notification.permission === "denied") return "blocked"
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ? "on" : "off"
}

/**
 * Asks for the permission and subscribes. `vapidKey` is `configuration.vapid.public_key` of the instance. Resolves to `blocked`
 * where the member says no. Fails with an ApiError where the server does not take it; the browser's side is undone then.
 */
export async function turnPushOn(api: ApiClient, vapidKey: string, wishes: PushWishes): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return await readPushState()
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: vapidKey,
  })
  const { endpoint, keys } = subscription.toJSON()
  try {
    await api.post(PATH, {
      body: { subscription: { endpoint, keys, standard: true }, data: wishes },
    })
  } catch (error) {
    await subscription.unsubscribe()
    throw error
  }
  return "on"
}

export async function changePush(api: ApiClient, wishes: PushWishes): Promise<PushSubscriptionEntity> {
  return await api.put<PushSubscriptionEntity>(PATH, { body: { data: wishes } })
}

/** The browser's side first: after that nothing can be shown here, whether the server hears of it or not. */
export async function turnPushOff(api: ApiClient): Promise<void> {
  await forgetPush()
  await api.delete(PATH)
}

/** This device takes no more pushes; for signing out, where the server forgets the subscription with the token. */
export async function forgetPush(): Promise<void> {
  if (!("serviceWorker" in navigator)) return
  const registration = await navigator.serviceWorker.getRegistration()
  const subscription = await registration?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
}
