// The words of a post's page.

export const threadMessages = {
  "thread.title": "Post",
  "thread.reply": "Reply to {name}",
  "thread.no.replies": "No replies yet.",
  "thread.edited": "Edited",
  "thread.likes": "{count} {n, plural, one {like} other {likes}}",
  "thread.reposts": "{count} {n, plural, one {repost} other {reposts}}",
  "thread.history": "Versions of this post",
  "thread.history.written": "Written {time}",
  "thread.history.edited": "Edited {time}",
  "thread.history.media": "{count, plural, one {# attachment} other {# attachments}}",
  "thread.likes.title": "Liked by",
  "thread.likes.empty": "Nobody has liked this post yet",
  "thread.likes.empty.text": "Whoever likes it is listed here.",
  "thread.reposts.title": "Reposted by",
  "thread.reposts.empty": "Nobody has reposted this post yet",
  "thread.reposts.empty.text": "Whoever passes it on is listed here.",
} as const
