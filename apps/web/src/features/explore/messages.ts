// The words of explore.

export const exploreMessages = {
  "explore.title": "Explore",
  "explore.empty": "Nothing is trending yet",
  "explore.empty.text": "What is talked about in the community shows up here.",
} as const
