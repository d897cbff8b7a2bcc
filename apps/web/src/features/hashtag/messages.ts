// The words of hashtag.

export const hashtagMessages = {
  "hashtag.title": "Hashtag",
  "hashtag.empty": "Nothing with this hashtag yet",
  "hashtag.empty.text": "Posts with it show up here.",
} as const
