// What a push message says, and where a press on it leads. Pure. Whatever comes, there is something to show.

export interface Push {
  readonly title: string
  readonly body: string
  readonly icon: string | undefined
  /** The same notification pushed twice replaces itself. */
  readonly tag: string
  readonly type: string
}

/** Reads Mastodon's push payload: `{notification_id, notification_type, title, body, icon, …}`. */
export function parsePush(text: string): Push {
  const message = jsonObject(text)
  const words = (name: string) => {
    const value = message[name]
    return typeof value === "string" || typeof value === "number" ? String(value) : ""
  }
  return {
    title: words("title") || "Aviary",
    body: words("body"),
    icon: words("icon") || undefined,
    tag: `notification-${words("notification_id") || "new"}`,
    type: words("notification_type"),
  }
}

/** The notifications page knows what it is about, so that is where every press leads; requests have a page of their own. */
export function pathOfNotification({ type }: Push): string {
  return type === "follow_request" ? "/follow-requests" : "/notifications"
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
