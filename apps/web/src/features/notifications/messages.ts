// The words of notifications.

export const notificationsMessages = {
  "notifications.title": "Notifications",
  "notifications.empty": "Nothing new yet",
  "notifications.empty.text": "Replies, likes, reposts and new followers show up here.",
} as const
