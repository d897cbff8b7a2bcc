// The words of explore.

export const exploreMessages = {
  "explore.title": "Explore",
  "explore.tabs": "What to explore",
  "explore.posts": "Posts",
  "explore.tags": "Tags",
  "explore.people": "People",
  "explore.links": "Links",
  "explore.live": "Live: everything public, as it is written",
  "explore.posts.empty": "Nothing stands out yet",
  "explore.posts.empty.text": "Posts that many like and repost show up here. Everything public is in Live.",
  "explore.posts.empty.live": "Open Live",
  "explore.tags.empty": "No tags yet",
  "explore.tags.empty.text": "Tags that several people use these days show up here.",
  "explore.people.empty": "You know everybody",
  "explore.people.empty.text": "Who joins, and whom people you follow follow, shows up here.",
  "explore.links.empty": "No links yet",
  "explore.links.empty.text": "Links that several people share these days show up here.",
  "explore.links.people": "{count, plural, one {# person shared it} other {# people shared it}}",
} as const
