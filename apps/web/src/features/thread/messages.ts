// The words of thread.

export const threadMessages = {
  "thread.title": "Post",
  "thread.empty": "This conversation is on its way",
  "thread.empty.text": "A post, what it answers, and what was answered.",
  "thread.likes.title": "Liked by",
  "thread.likes.empty": "Nobody has liked this post yet",
  "thread.likes.empty.text": "Whoever likes it is listed here.",
  "thread.reposts.title": "Reposted by",
  "thread.reposts.empty": "Nobody has reposted this post yet",
  "thread.reposts.empty.text": "Whoever passes it on is listed here.",
} as const
