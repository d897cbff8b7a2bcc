// A notification as the message that apps of Mastodon read when it is pushed. Pure.
// Source: Mastodon's app/serializers/web/notification_serializer.rb.

import type { Urls } from "../../http/urls.ts"

export interface PushedNotification {
  readonly id: number
  readonly type: string
  readonly from: { readonly username: string; readonly displayName: string; readonly avatar: string | null }
  /** Plain text of the post, and the warning before it. */
  readonly post: { readonly text: string; readonly spoilerText: string } | undefined
}

export interface PushContext {
  readonly urls: Urls
  /** Empty where it is not known. */
  readonly accessToken: string
  readonly locale: string
}

const MAX_BODY = 140

const WORDS: Readonly<Record<string, (name: string) => string>> = {
  mention: (name) => `${name} mentioned you`,
  status: (name) => `${name} just posted`,
  reblog: (name) => `${name} reposted your post`,
  follow: (name) => `${name} followed you`,
  follow_request: (name) => `${name} asks to follow you`,
  favourite: (name) => `${name} likes your post`,
  poll: () => "A poll that you took part in has ended",
  update: (name) => `${name} edited a post`,
  "admin.sign_up": (name) => `${name} has joined, or asks to`,
  "admin.report": (name) => `${name} reported somebody`,
}

/** The message as JSON. Shorter than what any push service takes. */
export function pushMessage(notification: PushedNotification, context: PushContext): string {
  const { from, post, type } = notification
  const name = shorten(from.displayName || from.username, 80)
  return JSON.stringify({
    access_token: context.accessToken,
    preferred_locale: context.locale,
    notification_id: notification.id,
    notification_type: type,
    icon: from.avatar === null ? context.urls.defaultAvatar : context.urls.media(from.avatar),
    title: (WORDS[type] ?? ((who: string) => `${who}: ${type}`))(name),
    body: shorten(post ? post.spoilerText || post.text : "", MAX_BODY),
  })
}

function shorten(text: string, max: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim()
  const characters = Array.from(line.slice(0, max * 4))
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join("")}…`
}
