// The words of compose.

export const composeMessages = {
  "compose.title": "New post",
  "compose.empty": "What would you like to say",
  "compose.empty.text": "Write a post here.",
  "compose.drafts.title": "Drafts",
  "compose.drafts.empty": "No drafts",
  "compose.drafts.empty.text": "What you begin and do not post is kept here, on this device.",
} as const
