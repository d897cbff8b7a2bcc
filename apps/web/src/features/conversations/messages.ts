// The words of conversations.

export const conversationsMessages = {
  "conversations.title": "Messages",
  "conversations.empty": "No messages yet",
  "conversations.empty.text": "Posts that only the people in them can see show up here.",
} as const
