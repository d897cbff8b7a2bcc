// The words of messages.

export const conversationsMessages = {
  "conversations.title": "Messages",
  "conversations.new": "New message",
  "conversations.empty": "No messages yet",
  "conversations.empty.text": "Posts that only the people in them can see show up here.",
  "conversations.unread": "Unread:",
  "conversations.alone": "Only you",
  "conversations.others": "and {count, plural, one {# other} other {# others}}",
  "conversations.you": "You:",
  "conversations.pictures": "{count, plural, =0 {No words} one {A picture} other {# pictures}}",
  "conversations.menu": "More about this conversation",
  "conversations.read": "Mark as read",
  "conversations.remove": "Put away until something new is written",
  "conversations.removed": "Conversation put away",
  "conversations.failed": "That did not go through. Try again in a moment.",
} as const
