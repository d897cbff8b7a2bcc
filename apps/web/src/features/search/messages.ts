// The words of search.

export const searchMessages = {
  "search.title": "Search",
  "search.empty": "Search people, posts and hashtags",
  "search.empty.text": "What you find shows up here.",
} as const
