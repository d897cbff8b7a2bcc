// The words of hashtags.

export const hashtagMessages = {
  "hashtag.label": "Posts with {name}",
  "hashtag.people": "{count, plural, one {# person} other {# people}} in the last seven days",
  "hashtag.empty": "Nothing with this hashtag yet",
  "hashtag.empty.text": "Posts with {name} show up here.",
  "hashtag.write": "Write the first one",
  "hashtag.write.with": "New post with {name}",
  "hashtag.follow": "Follow",
  "hashtag.following": "Following",
  "hashtag.follow.name": "Follow {name}",
  "hashtag.following.name": "Following {name}, press to unfollow",
  "hashtag.followed": "Posts with {name} come to your home now",
  "hashtag.failed": "That did not go through. Try again in a moment.",
} as const
